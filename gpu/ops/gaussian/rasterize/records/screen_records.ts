import { takeRows } from "../../../array/rows/gather_rows.ts";
import { putRows } from "../../../array/rows/put_rows.ts";
import { compact } from "../../../../parallel/compact.ts";
import { Tensor } from "../../../../tensor.ts";
import { checkCamera, type RasterCamera } from "../camera.ts";
import { checkInputs, type RasterInputs } from "../inputs.ts";
import { withPoseRows } from "../pose/pose.ts";
import { projectGaussians } from "../project/project_gaussians.ts";
import {
  projectOptions,
  type RasterGradients,
  type RasterOptions,
  splatsBackward,
} from "../rasterize.ts";
import { shadeGaussians } from "../shade/shade_gaussians.ts";

/** Gaussians as one view shows them, one a row: all that drawing needs of them. */
export interface ScreenRecords {
  /** f32 [m, 4]: pixel u, v, conic xx, xy. */
  readonly places: Tensor;
  /** f32 [m, 4]: conic yy, opacity, 1 / depth, depth. */
  readonly shapes: Tensor;
  /** i32 [m]: pixels to 3 sigma, rounded up. */
  readonly radii: Tensor;
  /** u32 [m]: tiles that the Gaussian is listed in. */
  readonly touched: Tensor;
  /** f32 [m, 4]: red, green, blue, and which of them came out negative. */
  readonly colours: Tensor;
}

/** The Gaussians that some tile of a view lists, and where they came from. */
export interface Shown {
  /** m rows, in the order of the Gaussians. */
  readonly records: ScreenRecords;
  /** u32 [m]: the number of each. */
  readonly rows: Tensor;
  /** i32 [n], of all Gaussians. */
  readonly radii: Tensor;
}

/**
 * Projects and colours Gaussians and takes those that some tile lists, for which it waits for the GPU's
 * count: what another process needs to draw them.
 */
export async function showGaussians(
  inputs: RasterInputs,
  camera: RasterCamera,
  options: RasterOptions,
): Promise<Shown> {
  checkInputs(inputs);
  checkCamera(camera);
  const seen = withPoseRows(camera);
  const projected = projectGaussians(inputs, seen, projectOptions(options));
  const all = { ...projected, colours: shadeGaussians(inputs, seen, projected) };
  const { kept, count } = compact(all.touched);
  const [shown] = await count.read("u32");
  const rows = kept.window(0, shown!);
  const records: ScreenRecords = {
    places: takeRows(all.places, rows),
    shapes: takeRows(all.shapes, rows),
    colours: takeRows(all.colours, rows),
    radii: takeRows(all.radii, rows),
    touched: takeRows(all.touched, rows),
  };
  const { radii, ...rest } = all;
  for (const tensor of [...Object.values(rest), count, kept]) tensor.release();
  return { records, rows, radii };
}

/** Gradients by everything from those [m, 12] of the records that `showGaussians` took. */
export function shownBackward(
  inputs: RasterInputs,
  camera: RasterCamera,
  { records, rows, sums }: {
    readonly records: Pick<ScreenRecords, "colours" | "touched">;
    readonly rows: Tensor;
    readonly sums: Tensor;
  },
  options: RasterOptions,
): RasterGradients {
  const { gpu, rows: n } = inputs.means;
  const touched = Tensor.zeros(gpu, [n], "u32");
  const colours = Tensor.empty(gpu, [n, 4]);
  const all = Tensor.empty(gpu, [n, 12]);
  putRows(touched, rows, records.touched);
  putRows(colours, rows, records.colours);
  putRows(all, rows, sums);
  const seen = withPoseRows(camera);
  const gradients = splatsBackward(inputs, seen, { touched, colours, sums: all }, options);
  for (const tensor of [touched, colours]) tensor.release();
  return gradients;
}
