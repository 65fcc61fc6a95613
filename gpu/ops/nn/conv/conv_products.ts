import { Kernel, type Snippet } from "../../../kernel.ts";
import { runsOf } from "../../../binding/limit.ts";
import { slice, sliceable } from "../../../binding/slice.ts";
import type { Tensor } from "../../../tensor.ts";
import { backwardAxes, type ConvGeometry, forwardAxis } from "./conv_geometry.ts";
import { overCopies } from "./conv_over_copies.ts";
import bindingsSource from "./conv2d_bindings.wgsl" with { type: "text" };
import { ordered, type WeightOrder } from "./conv_weight_order.ts";
import workgroupSource from "./conv2d_workgroup.wgsl" with { type: "text" };
import { epilogueOf, epilogueStarts, gemm, groupsOf, storeConstants } from "../gemm/gemm.ts";
import { planGemm, type Tiling } from "../gemm/gemm_plan.ts";
import { GEMM_SNIPPETS } from "../gemm/gemm_snippets.ts";
import type { GemmEpilogue } from "../gemm/gemm_types.ts";

const bindings: Snippet = {
  path: "gpu/ops/nn/conv/conv2d_bindings.wgsl",
  source: bindingsSource,
};
const kernel = new Kernel("gpu/ops/nn/conv/conv2d_workgroup.wgsl", workgroupSource, {
  include: [bindings, ...GEMM_SNIPPETS.workgroup],
});

/** Whether a convolution is a plain product of matrices in each image. */
export function isPointwise({ kernel, stride, padding, groups }: ConvGeometry): boolean {
  return groups === 1 && [...kernel, ...stride].every((extent) => extent === 1) &&
    padding.every((extent) => extent === 0);
}

/** y = finish(x * weight): the result of a convolution, with what is done before storing. */
export function convolve(
  geometry: ConvGeometry,
  { x, weight, y, epilogue }: { x: Tensor; weight: Tensor; y: Tensor; epilogue: GemmEpilogue },
  tiling?: Tiling,
): void {
  const { images, inputChannels, outputChannels, output } = geometry;
  if (y.size === 0) return;
  if (isPointwise(geometry)) {
    const pixels = output[0] * output[1];
    return gemm({
      rows: outputChannels,
      cols: pixels,
      depth: inputChannels,
      batches: images,
      a: { tensor: weight, alongDepth: true, stride: inputChannels, batch: 0 },
      b: { tensor: x, alongDepth: false, stride: pixels, batch: inputChannels * pixels },
      c: { tensor: y, row: pixels, col: 1, batch: outputChannels * pixels },
      epilogue,
      tiling,
    });
  }
  const axes = [forwardAxis(geometry, 0), forwardAxis(geometry, 1)] as const;
  const taps = inputChannels * geometry.kernel[0] * geometry.kernel[1];
  gathered(geometry, {
    axes,
    rows: outputChannels,
    channels: inputChannels,
    weight,
    rowStride: taps,
    channelStride: geometry.kernel[0] * geometry.kernel[1],
    kernelCols: geometry.kernel[1],
    source: x,
    sourceExtent: geometry.input,
    target: y,
    targetExtent: output,
    epilogue,
    tiling,
  });
}

/**
 * x = finish(what of y each input pixel has gone to): the input gradient of a convolution, which is
 * the transposed convolution; each output channel counts times `scale`.
 */
export function convolveBack(
  geometry: ConvGeometry,
  { y, weight, x, scale, epilogue }: {
    y: Tensor;
    weight: Tensor;
    x: Tensor;
    scale?: Tensor | undefined;
    epilogue: GemmEpilogue;
  },
  tiling?: Tiling,
): void {
  const { images, inputChannels, outputChannels, input, output, kernel } = geometry;
  if (x.size === 0) return;
  if (isPointwise(geometry) && !scale) {
    const pixels = output[0] * output[1];
    return gemm({
      rows: inputChannels,
      cols: pixels,
      depth: outputChannels,
      batches: images,
      a: { tensor: weight, alongDepth: false, stride: inputChannels, batch: 0 },
      b: { tensor: y, alongDepth: false, stride: pixels, batch: outputChannels * pixels },
      c: { tensor: x, row: pixels, col: 1, batch: inputChannels * pixels },
      epilogue,
      tiling,
    });
  }
  for (const down of backwardAxes(geometry, 0)) {
    for (const across of backwardAxes(geometry, 1)) {
      gathered(geometry, {
        axes: [down, across],
        rows: inputChannels,
        channels: outputChannels,
        weight,
        rowStride: kernel[0] * kernel[1],
        channelStride: inputChannels * kernel[0] * kernel[1],
        kernelCols: kernel[1],
        scale,
        source: y,
        sourceExtent: output,
        target: x,
        targetExtent: input,
        epilogue,
        tiling,
      });
    }
  }
}

/** One product of ordered weights with an image's windows: a convolution, or one remainder of its way back. */
export interface GatheredProduct extends WeightOrder {
  readonly weight: Tensor;
  readonly source: Tensor;
  readonly sourceExtent: readonly [number, number];
  readonly target: Tensor;
  readonly targetExtent: readonly [number, number];
  readonly epilogue: GemmEpilogue;
  readonly tiling: Tiling | undefined;
}

/** target[row, pixel] = finish(sum over taps and channels), a few images a dispatch if need be. */
function gathered(geometry: ConvGeometry, product: GatheredProduct): void {
  const { images, groups } = geometry;
  const { axes: [down, across], rows, channels, source, target, epilogue } = product;
  const { gpu } = target;
  if ((product.tiling ?? gpu.tuning.tiling) === "registers") return overCopies(geometry, product);
  const weight = ordered(geometry, product.weight, product);
  const plane = product.sourceExtent[0] * product.sourceExtent[1];
  const [height, width] = product.targetExtent;
  const sourceImage = groups * channels * plane;
  const targetImage = groups * rows * height * width;
  const cols = down.pixels * across.pixels;
  const depth = down.taps * across.taps * channels;
  const scatter = down.stride > 1 || across.stride > 1;
  const most = Math.max(1, Math.floor(sliceable(gpu) / Math.max(sourceImage, targetImage)));
  for (const { first, count } of runsOf(images, most)) {
    const size = { rows, cols, depth, batches: count * groups };
    const plan = { ...planGemm(gpu, size, product.tiling), parts: 1 };
    const c = {
      tensor: target,
      start: first * targetImage,
      row: height * width,
      col: 1,
      batch: rows * height * width,
    };
    const b = slice(source, first * sourceImage, count * sourceImage);
    const bound = slice(target, c.start, count * targetImage);
    const job = { ...size, cols: height * width, c, epilogue };
    const { tensors, constants, release } = epilogueOf(job, b.view);
    const a = slice(weight, 0, weight.size);
    kernel.dispatch(
      gpu,
      { a: a.view, b: b.view, ...tensors, c: bound.view },
      {
        ...size,
        parts: 1,
        part_depth: depth,
        a_stride: depth,
        a_batch: rows * depth,
        b_batch: channels * plane,
        c_batch: c.batch,
        c_row: c.row,
        c_col: 1,
        a_start: a.start,
        b_start: b.start,
        c_start: bound.start + down.offset * width + across.offset,
        ...epilogueStarts(job),
        groups,
        channels,
        plane,
        image: product.sourceExtent,
        grid_width: across.pixels,
        tap_cols: Math.max(1, across.taps),
        step: [down.step, across.step],
        tap_start: [down.start, across.start],
        tap_step: [down.tapStep, across.tapStep],
        c_step: [down.stride, across.stride],
        c_width: width,
      },
      { groups: groupsOf(size, plan) },
      {
        ...plan.constants,
        ...constants,
        ...(scatter ? { STORE_VECTORS: 0, C_ALONG_ROWS: 0 } : storeConstants(job, bound.start)),
        A_ALONG_K: 1,
        A_VECTORS: channels % 4 === 0 ? 1 : 0,
        B_ALONG_K: 0,
        SCATTER: scatter ? 1 : 0,
      },
    );
    release();
    for (const { view } of [a, b, bound]) view.release();
  }
  weight.release();
}
