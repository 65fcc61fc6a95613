import { join } from "@std/path";
import { writeAtomically } from "../../../data/formats/atomic_file.ts";
import { encodePng } from "../../../data/formats/png.ts";
import { CLASS_NAMES } from "../../../data/nuscenes/classes.ts";
import { CAMERA_NAMES } from "../../../data/nuscenes/key_frame.ts";
import { PALETTE } from "../../../data/nuscenes/pictures.ts";
import { writeSplats } from "../../../data/splats/write_splats.ts";
import type { Gpu } from "../../../gpu/device.ts";
import type { ViewGrid } from "../../../gpu/ops/view/voxel_view.ts";
import { htmlLegend, htmlPage, htmlPicture, htmlSection } from "../../report/html.ts";
import { AROUND } from "../run/demo_picture.ts";
import { gridDims } from "../config/config.ts";
import {
  evaluateGaussianFormer,
  type EvaluateOptions,
  type EvaluationReport,
} from "../evaluation/evaluate_checkpoint.ts";
import type { EvaluationStep } from "../evaluation/evaluation.ts";
import { gaussianSplats, readGaussians } from "./gaussian_splats.ts";
import { writeKeyFrame } from "./key_frame_file.ts";
import { errorMap, ERRORS, splatPng, voxelPng } from "./occupancy_view.ts";
import { birdsEyeOf, thirdPerson } from "./view_cameras.ts";

/** What to show of which key frames, and where to. */
export interface VisualizeOptions extends Omit<EvaluateOptions, "predictions"> {
  readonly out: string;
  /** Truth, prediction and error as voxels. */
  readonly occupancy: boolean;
  /** The Gaussians, as pictures and as a PLY file. */
  readonly gaussians: boolean;
  /** Size of the third-person pictures; bird's-eye views are squares of this height. */
  readonly size?: readonly [width: number, height: number];
  /** Gaussians less opaque than this are left out; 0 shows all. */
  readonly minOpacity?: number;
}

/** What a visualisation left behind. */
export interface Visualization {
  readonly result: EvaluationReport;
  readonly files: readonly string[];
  /** A page that shows all pictures. */
  readonly page: string;
}

/**
 * Draws key frames and what a checkpoint makes of them: the six photos, truth, prediction and error as
 * shaded voxels, Gaussians as ellipsoids, from behind the car and from above; and the Gaussians as a
 * splat PLY (x right, y down, z forward). An npz of each holds truth, prediction and small pictures.
 */
export async function visualizeGaussianFormer(
  gpu: Gpu,
  options: VisualizeOptions,
): Promise<Visualization> {
  const { out } = options;
  await Deno.mkdir(out, { recursive: true });
  const files: string[] = [];
  const sections: string[] = [];
  const result = await evaluateGaussianFormer(gpu, {
    ...options,
    predictions: true,
    onStep: async (step) => {
      const pictures: string[] = [];
      const index = step.done - 1;
      for await (const [name, content] of drawKeyFrame(gpu, step, options)) {
        const path = join(out, name.replace("#", String(index)));
        if (content instanceof Uint8Array) {
          writeAtomically(path, content);
          pictures.push(htmlPicture(path.slice(out.length + 1), content));
        } else await writeSplats(path, content);
        files.push(path);
      }
      const { sample: { labels: truth, images }, prediction } = step;
      const npz = join(out, `val_${index}.npz`);
      writeKeyFrame(npz, options.config, { prediction: prediction!, truth, images });
      files.push(npz);
      sections.push(
        htmlSection(
          `Key frame ${index}: ${step.sample.token}`,
          `<div class="gallery">${pictures.join("\n")}</div>`,
        ),
      );
      await options.onStep?.(step);
    },
  });
  const page = join(out, "index.html");
  const classes = PALETTE.map((colour, label) => ({ name: CLASS_NAMES[label]!, colour }));
  writeAtomically(
    page,
    new TextEncoder().encode(htmlPage(`voxsplat: ${options.preset} at step ${result.step}`, [
      `<p>mIoU ${result.miou.toFixed(2)}, IoU ${
        result.iou.toFixed(2)
      } over ${result.samples} key frames</p>`,
      htmlSection("Classes", htmlLegend(classes)),
      options.occupancy ? htmlSection("Errors", htmlLegend(ERRORS)) : "",
      ...sections,
    ])),
  );
  return { result, files, page };
}

/** Files of one key frame by name; `#` stands for its index. */
async function* drawKeyFrame(
  gpu: Gpu,
  { sample, prediction, gaussians }: EvaluationStep,
  { config, occupancy, gaussians: drawGaussians, size = [1280, 720], minOpacity = 0 }:
    VisualizeOptions,
) {
  const { width, height } = config.image;
  for (const i of AROUND) {
    const camera = CAMERA_NAMES[i]!;
    const data = sample.images.subarray(i * 3 * width * height, (i + 1) * 3 * width * height);
    yield [`#_image_${camera}.png`, encodePng({ width, height, data })] as const;
  }
  const { range, voxel } = config.occupancy;
  const views = [
    ["", thirdPerson(...size)],
    ["_bird", birdsEyeOf(range, size[1])],
  ] as const;
  if (occupancy) {
    const grid: ViewGrid = {
      dims: gridDims(config.occupancy),
      origin: [range[0], range[1], range[2]],
      cell: voxel,
    };
    const errors = errorMap(sample.labels, prediction!);
    const palette = ERRORS.map(({ colour }) => colour);
    for (const [end, camera] of views) {
      const view = { grid, camera };
      yield [`val_#_gt${end}.png`, await voxelPng(gpu, sample.labels, view)] as const;
      yield [`val_#_pred${end}.png`, await voxelPng(gpu, prediction!, view)] as const;
      yield [`val_#_error${end}.png`, await voxelPng(gpu, errors, { ...view, palette })] as const;
    }
  }
  if (drawGaussians) {
    const splats = gaussianSplats(await readGaussians(gaussians), { minOpacity });
    for (const [end, camera] of views) {
      yield [`val_#_gaussian${end}.png`, await splatPng(gpu, splats, camera)] as const;
    }
    yield [`val_#_gaussian.ply`, splats] as const;
  }
}
