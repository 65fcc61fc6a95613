import type { RgbPicture } from "../../../data/pictures/picture.ts";
import { drawnColours, drawnLabels } from "../../../data/occupancy/task.ts";
import type { Gpu } from "../../../gpu/device.ts";
import type { ViewCamera, ViewGrid } from "../../../gpu/ops/view/voxel_view.ts";
import { gridDims, type ModelConfig } from "../config/model_config.ts";
import { chooseGaussians, ELLIPSOID_RADII, type GaussianChoice } from "./gaussian_choice.ts";
import type { GaussianArrays } from "./gaussian_splats.ts";
import { ellipsoidPicture, errorMap, ERRORS, voxelPicture } from "./occupancy_view.ts";

/** One thing to look at, from anywhere. */
export interface Layer {
  /** Part of a file's name, as the original's. */
  readonly name: "gt" | "pred" | "error" | "gaussian";
  readonly title: string;
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

/** Truth, prediction and error as voxels, the Gaussians as ellipsoids. */
export function layersOf(
  gpu: Gpu,
  { labels, prediction, gaussians }: Seen,
  shown: Shown,
): Layer[] {
  const layers: Layer[] = [];
  const { task } = shown.config;
  if (shown.occupancy) {
    const grid = viewGridOf(shown.config);
    const voxels = (
      name: Layer["name"],
      title: string,
      values: ArrayLike<number>,
      palette = drawnColours(task),
    ): Layer => ({
      name,
      title,
      draw: (camera, samples = 2) => voxelPicture(gpu, values, { grid, camera, palette, samples }),
    });
    layers.push(
      voxels("gt", "truth", drawnLabels(labels, task)),
      voxels("pred", "prediction", drawnLabels(prediction, task)),
      voxels(
        "error",
        "error",
        errorMap(labels, prediction, task),
        ERRORS.map(({ colour }) => colour),
      ),
    );
  }
  if (shown.gaussians) {
    const { choice, minOpacity } = shown;
    const chosen = chooseGaussians(gaussians, choice, { minOpacity, empty: task.empty });
    const radii = ELLIPSOID_RADII[choice];
    layers.push({
      name: "gaussian",
      title: "Gaussians",
      draw: (camera, samples = 2) =>
        ellipsoidPicture(gpu, chosen, { camera, radii, palette: task.palette, samples }),
    });
  }
  return layers;
}
