import { sliceable } from "../../../binding/slice.ts";
import { accumulate } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { gemm } from "../gemm/gemm.ts";
import { alignedLines } from "../gemm/gemm_align.ts";
import { MOST_PARTIAL } from "../gemm/gemm_plan.ts";
import type { GemmOperand } from "../gemm/gemm_types.ts";
import { type ConvGeometry, forwardAxis } from "./conv_geometry.ts";
import { type Band, bandsOf, shiftedCopies } from "./shifted_copies.ts";

interface Tensors {
  readonly x: Tensor;
  readonly dy: Tensor;
  readonly scale?: Tensor | undefined;
  readonly dweight: Tensor;
}

/**
 * dweight[o, (channel, tap)] = scale[o] sum over pixels of dy[o, pixel] copies[tap, channel, pixel]: the
 * sums of the registers kernel over an image's shifted copies, band after band.
 */
export function weightGradientOverCopies(geometry: ConvGeometry, tensors: Tensors): void {
  const { x, dy, scale, dweight } = tensors;
  const { images, groups, inputChannels, outputChannels: rows } = geometry;
  const axes = [forwardAxis(geometry, 0), forwardAxis(geometry, 1)] as const;
  const xImage = x.size / Math.max(1, images);
  const dyImage = dy.size / Math.max(1, images);
  const cols = inputChannels * geometry.kernel[0] * geometry.kernel[1];
  const most = Math.floor(Math.min(
    sliceable(x.gpu) / Math.max(1, xImage, dyImage),
    MOST_PARTIAL / (rows * cols),
  ));
  // Pictures of several groups do not follow one another at one distance.
  const bands = bandsOf(x.gpu, axes, {
    images,
    channels: inputChannels,
    most: groups > 1 ? 1 : most,
  });
  // Without pixels there is still a gradient to set to zero.
  if (dy.size === 0) return dweight.gpu.commands.clear(dweight);
  for (const [index, band] of bands.entries()) {
    const target = index === 0 ? dweight : Tensor.empty(x.gpu, dweight.shape);
    for (let group = 0; group < groups; group++) {
      const copies = shiftedCopies(
        {
          tensor: x,
          start: band.first * xImage + group * xImage / groups,
          count: band.count,
          batch: xImage,
          channels: inputChannels,
          extent: geometry.input,
        },
        axes,
        band.row,
        band.layout,
      );
      const a = gradientOf(geometry, dy, band, group);
      gemm({
        rows,
        cols,
        depth: band.rows * band.layout.pitch,
        batches: band.count,
        sumBatches: true,
        a,
        b: { ...copies, alongDepth: true },
        c: { tensor: target, start: group * rows * cols, row: cols, col: 1, batch: 0 },
        epilogue: { scale, rowStart: group * rows },
        tiling: "registers",
      });
      copies.tensor.release();
      if (a.tensor !== dy) a.tensor.release();
    }
    if (target !== dweight) {
      accumulate(dweight, target);
      target.release();
    }
  }
}

/** A band of a group's gradient, its lines as long as those of the copies. */
function gradientOf(
  { groups, outputChannels: rows, output: [height, width] }: ConvGeometry,
  dy: Tensor,
  { first, count, row, rows: lines, layout: { pitch } }: Band,
  group: number,
): GemmOperand {
  const plane = height * width;
  const start = (first * groups + group) * rows * plane + row * width;
  if (pitch === width) {
    return { tensor: dy, start, alongDepth: true, stride: plane, batch: groups * rows * plane };
  }
  const tensor = alignedLines(
    { tensor: dy, start, stride: width, batch: plane },
    { lines, length: width, batches: count * rows, paddedLines: lines, pitch },
  );
  return { tensor, alongDepth: true, stride: lines * pitch, batch: rows * lines * pitch };
}
