import type { RgbPicture } from "../../../data/pictures/picture.ts";
import type { LegendEntry } from "../../../data/drawing/legend.ts";
import { drawnColours, drawnLabels, legendWithin } from "../../../data/occupancy/task.ts";
import type { Gpu } from "../../../gpu/device.ts";
import type { ViewCamera, ViewGrid } from "../../../gpu/ops/view/voxel_view.ts";
import { gridDims, type ModelConfig } from "../config/model_config.ts";
import {
  chooseGaussians,
  ELLIPSOID_RADII,
  type GaussianChoice,
  gaussianClasses,
} from "./gaussian_choice.ts";
import type { GaussianArrays } from "./gaussian_splats.ts";
import { groundOf, writeMetres } from "./ground.ts";
import { ellipsoidPicture, errorMap, ERRORS, voxelPicture } from "./occupancy_view.ts";

/** One thing to look at, from anywhere. */
export interface Layer {
  /** Part of a file's name, as the original's. */
  readonly name: "gt" | "pred" | "error" | "gaussian";
  readonly title: string;
  /** What its colours mean. */
  readonly legend: readonly LegendEntry[];
  /** With the car on the ground, and metres along its edges. */
  draw(camera: ViewCamera, samples?: number): Promise<RgbPicture>;
}

/** What there is to see of a key frame. */
export interface Seen {
  readonly labels: ArrayLike<number>;
  readonly prediction: ArrayLike<number>;
  readonly gaussians: GaussianArrays;
}

/** Which of it to show. */
export interface Shown {
  readonly config: ModelConfig;
  readonly occupancy: boolean;
  readonly gaussians: boolean;
  readonly choice: GaussianChoice;
  readonly minOpacity?: number | undefined;
}

/** The grid of a configuration's voxels. */
export function viewGridOf({ occupancy }: ModelConfig): ViewGrid {
  const { range, voxel } = occupancy;
  return { dims: gridDims(occupancy), origin: [range[0], range[1], range[2]], cell: voxel };
}

/** Truth, prediction and error as voxels, the Gaussians as ellipsoids, all on the truth's ground. */
export function layersOf(
  gpu: Gpu,
  { labels, prediction, gaussians }: Seen,
  shown: Shown,
): Layer[] {
  const layers: Layer[] = [];
  const { task } = shown.config;
  const grid = viewGridOf(shown.config);
  const stage = groundOf(labels, grid, task);
  const classes = legendWithin(task, [labels, prediction]);
  const add = (
    { name, title, legend }: Omit<Layer, "draw">,
    picture: (camera: ViewCamera, samples: number) => Promise<RgbPicture>,
  ) => {
    const draw = async (camera: ViewCamera, samples = 2) => {
      const drawn = await picture(camera, samples);
      writeMetres(drawn, stage, camera);
      return drawn;
    };
    layers.push({ name, title, legend, draw });
  };
  if (shown.occupancy) {
    const voxels = (values: ArrayLike<number>, palette = drawnColours(task)) =>
    (
      camera: ViewCamera,
      samples: number,
    ) => voxelPicture(gpu, values, { grid, stage, camera, palette, samples });
    add({ name: "gt", title: "Truth", legend: classes }, voxels(drawnLabels(labels, task)));
    add(
      { name: "pred", title: "Prediction", legend: classes },
      voxels(drawnLabels(prediction, task)),
    );
    add(
      { name: "error", title: "Error", legend: ERRORS },
      voxels(errorMap(labels, prediction, task), ERRORS.map(({ colour }) => colour)),
    );
  }
  if (shown.gaussians) {
    const { choice, minOpacity } = shown;
    const chosen = chooseGaussians(gaussians, choice, { minOpacity, empty: task.empty });
    const radii = ELLIPSOID_RADII[choice];
    const { palette } = task;
    add(
      {
        name: "gaussian",
        title: "Gaussians",
        legend: legendWithin(task, [labels, gaussianClasses(chosen)]),
      },
      (camera, samples) =>
        ellipsoidPicture(gpu, chosen, { camera, stage, radii, palette, samples }),
    );
  }
  return layers;
}
