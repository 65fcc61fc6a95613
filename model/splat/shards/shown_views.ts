import type { Gpu } from "../../../gpu/device.ts";
import type { RasterCamera } from "../../../gpu/ops/gaussian/rasterize/camera.ts";
import type { RasterInputs } from "../../../gpu/ops/gaussian/rasterize/inputs.ts";
import type { RasterOptions } from "../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import {
  type ScreenRecords,
  showGaussians,
} from "../../../gpu/ops/gaussian/rasterize/records/screen_records.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { Ranks } from "../../run/ranks/ranks.ts";
import { packRecords } from "./record_blocks.ts";

/** What is kept of a view that another rank draws, until its gradients come back. */
export interface ShownView {
  /** u32 [m]: which Gaussians were sent. */
  readonly rows: Tensor;
  readonly records: Pick<ScreenRecords, "colours" | "touched">;
  /** i32 [n], of all. */
  readonly radii: Tensor;
}

/**
 * Shows this rank's Gaussians to every view of a step, those of a rank standing together, and sends what
 * is seen to the ranks that draw them; returns what was kept, and what arrived for this rank's views.
 */
export async function showViews(
  gpu: Gpu,
  inputs: RasterInputs,
  { cameras, ranks, options }: {
    readonly cameras: readonly (readonly RasterCamera[])[];
    readonly ranks: Ranks;
    readonly options: RasterOptions;
  },
): Promise<{ readonly shown: ShownView[][]; readonly arrived: Float32Array[] }> {
  const shown: ShownView[][] = [];
  const blocks: Float32Array[] = [];
  for (const ofRank of cameras) {
    const views: ScreenRecords[] = [];
    shown.push([]);
    for (const camera of ofRank) {
      const { records, rows, radii } = await showGaussians(inputs, camera, options);
      views.push(records);
      shown.at(-1)!.push({ rows, records, radii });
    }
    blocks.push(await packRecords(gpu, views));
    for (const { places, shapes, radii } of views) {
      for (const tensor of [places, shapes, radii]) tensor.release();
    }
  }
  return { shown, arrived: await ranks.exchange(blocks) };
}
