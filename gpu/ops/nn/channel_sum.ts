import { Kernel } from "../../kernel.ts";
import { slice } from "../../slice.ts";
import { Tensor } from "../../tensor.ts";
import { reduceSnippet } from "../../wgsl/reduce.ts";
import { reduceGemm } from "./gemm.ts";
import source from "./channel_sum.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/nn/channel_sum.wgsl", source, { include: [reduceSnippet] });

// Pixels that one workgroup adds up, 64 for each thread.
const PART = 4096;

/** Sums x [images, channels, ...pixels] over images and pixels, in a fixed order: [channels]. */
export function sumChannels(x: Tensor): Tensor {
  const { gpu } = x;
  const [images, channels] = x.shape as [number, number];
  const sum = Tensor.empty(gpu, [channels]);
  if (channels === 0) return sum;
  const plane = images ? x.size / images / channels : 0;
  const parts = Math.max(1, Math.ceil(plane / PART));
  const partial = Tensor.empty(gpu, [Math.max(1, images * parts), channels]);
  const limit = gpu.limits.maxStorageBufferBindingSize / 4 - 64;
  const most = Math.max(1, Math.floor(limit / Math.max(1, channels * plane)));
  for (let first = 0; first < images; first += most) {
    const count = Math.min(most, images - first);
    const { view, start } = slice(x, first * channels * plane, count * channels * plane);
    kernel.dispatch(
      gpu,
      { x: view, partial },
      {
        images: count,
        channels,
        plane,
        parts,
        part_size: PART,
        start,
        first_image: first,
      },
      { groups: count * parts * channels },
    );
    view.release();
  }
  const c = { tensor: sum, row: channels, col: 1, batch: 0 };
  reduceGemm({ rows: 1, cols: channels, batches: 1, c }, partial, images * parts);
  partial.release();
  return sum;
}
