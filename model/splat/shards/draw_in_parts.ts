import { clamp } from "../../../gpu/ops/array/elementwise/unary.ts";
import type { RasterCamera } from "../../../gpu/ops/gaussian/rasterize/camera.ts";
import { rasterizeRecordsMeasured } from "../../../gpu/ops/gaussian/rasterize/records/rasterize_records.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { DrawOptions } from "../draw.ts";
import type { Gaussians } from "../gaussians.ts";
import { joinRecords } from "./record_blocks.ts";
import type { Parts } from "./parts.ts";
import { showViews } from "./shown_views.ts";

/**
 * Pictures of Gaussians that are spread over ranks, one for each rank that has a camera among `cameras`, as
 * `drawPicture` has them; all ranks must ask together. Null where this rank has none.
 */
export async function drawInParts(
  gaussians: Gaussians,
  { ranks }: Parts,
  { cameras, ...options }: DrawOptions & { readonly cameras: readonly RasterCamera[] },
): Promise<Tensor | null> {
  const { gpu } = gaussians;
  const { recording } = gpu.tape;
  gpu.tape.recording = false;
  try {
    using scope = gpu.scope();
    const { arrived } = await showViews(gpu, gaussians.inputs(), {
      cameras: Array.from({ length: ranks.size }, (_, rank) => cameras.slice(rank, rank + 1)),
      ranks,
      options,
    });
    const camera = cameras[ranks.rank];
    if (!camera) return null;
    const { records } = joinRecords(gpu, arrived, { view: 0, views: 1 });
    const { image } = await rasterizeRecordsMeasured(records, camera, options);
    return scope.keep(clamp(options.look ? options.look(image) : image, 0, 1));
  } finally {
    gpu.tape.recording = recording;
  }
}
