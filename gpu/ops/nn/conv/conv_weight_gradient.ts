import { Kernel, type Snippet } from "../../../kernel.ts";
import { runsOf } from "../../../binding/limit.ts";
import { slice, sliceable } from "../../../binding/slice.ts";
import { accumulate } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { type ConvGeometry, forwardAxis } from "./conv_geometry.ts";
import bindingsSource from "./conv2d_weight_bindings.wgsl" with { type: "text" };
import workgroupSource from "./conv2d_weight_workgroup.wgsl" with { type: "text" };
import { epilogueOf, gemm, groupsOf, reduceGemm, storeConstants } from "../gemm/gemm.ts";
import { MOST_PARTIAL, planGemm, type Tiling } from "../gemm/gemm_plan.ts";
import { GEMM_SNIPPETS } from "../gemm/gemm_snippets.ts";
import { isPointwise } from "./conv_products.ts";
import { weightGradientOverCopies } from "./conv_weight_over_copies.ts";

const bindings: Snippet = {
  path: "gpu/ops/nn/conv/conv2d_weight_bindings.wgsl",
  source: bindingsSource,
};
const kernel = new Kernel("gpu/ops/nn/conv/conv2d_weight_workgroup.wgsl", workgroupSource, {
  include: [bindings, ...GEMM_SNIPPETS.workgroup],
});

/**
 * Gradient of a convolution's weight [outputs, inputs / groups, kh, kw] from its input and dy, each
 * output channel's times `scale`. Sums over pixels are cut into parts that are added in order.
 */
export function convWeightGradient(
  geometry: ConvGeometry,
  { x, dy, scale }: { x: Tensor; dy: Tensor; scale?: Tensor | undefined },
  tiling?: Tiling,
): Tensor {
  const { gpu } = x;
  const { images, groups, inputChannels, outputChannels } = geometry;
  const plane = geometry.input[0] * geometry.input[1];
  const pixels = geometry.output[0] * geometry.output[1];
  const taps = geometry.kernel[0] * geometry.kernel[1];
  const rows = outputChannels;
  const cols = inputChannels * taps;
  const dweight = Tensor.empty(gpu, [groups * rows, inputChannels, ...geometry.kernel]);
  if (isPointwise(geometry)) {
    gemm({
      rows,
      cols,
      depth: pixels,
      batches: images,
      sumBatches: true,
      a: { tensor: dy, alongDepth: true, stride: pixels, batch: rows * pixels },
      b: { tensor: x, alongDepth: true, stride: pixels, batch: cols * pixels },
      c: { tensor: dweight, row: cols, col: 1, batch: 0 },
      epilogue: { scale },
      tiling,
    });
    return dweight;
  }
  if ((tiling ?? gpu.tuning.tiling) === "registers") {
    weightGradientOverCopies(geometry, { x, dy, scale, dweight });
    return dweight;
  }
  const most = Math.max(
    1,
    Math.floor(Math.min(
      sliceable(gpu) / (groups * Math.max(inputChannels * plane, rows * pixels)),
      MOST_PARTIAL / (rows * cols),
    )),
  );
  // Without pictures there is still a gradient to set to zero.
  for (const { first, count } of images ? runsOf(images, most) : [{ first: 0, count: 0 }]) {
    const target = first === 0 ? dweight : Tensor.empty(gpu, dweight.shape);
    for (let group = 0; group < groups; group++) {
      partialSums(geometry, { x, dy, scale, target }, { first, count, group, tiling });
    }
    if (target !== dweight) {
      accumulate(dweight, target);
      target.release();
    }
  }
  return dweight;
}

function partialSums(
  geometry: ConvGeometry,
  tensors: { x: Tensor; dy: Tensor; scale?: Tensor | undefined; target: Tensor },
  part: { first: number; count: number; group: number; tiling?: Tiling | undefined },
): void {
  const { x, dy, scale, target } = tensors;
  const { gpu } = x;
  const { groups, inputChannels, outputChannels: rows } = geometry;
  const plane = geometry.input[0] * geometry.input[1];
  const depth = geometry.output[0] * geometry.output[1];
  const taps = geometry.kernel[0] * geometry.kernel[1];
  const cols = inputChannels * taps;
  const size = { rows, cols, depth, batches: part.count };
  const plan = planGemm(gpu, size, part.tiling);
  const slabs = part.count * plan.parts;
  const partial = Tensor.empty(gpu, [slabs, rows * cols]);
  const job = { ...size, c: { tensor: partial, row: cols, col: 1, batch: rows * cols } };
  const aImage = groups * rows * depth;
  const bImage = groups * inputChannels * plane;
  const a = slice(dy, part.first * aImage, part.count * aImage);
  const b = slice(x, part.first * bImage, part.count * bImage);
  const [down, across] = [forwardAxis(geometry, 0), forwardAxis(geometry, 1)];
  const aStart = a.start + part.group * rows * depth;
  // Rows of pixels must begin on a vec4 as well.
  const vectors = [aStart, aImage, across.pixels].every((count) => count % 4 === 0) ? 1 : 0;
  const sums = slice(partial, 0, partial.size);
  const { tensors: unused, constants } = epilogueOf(job, b.view);
  if (slabs && depth) {
    kernel.dispatch(
      gpu,
      { a: a.view, b: b.view, ...unused, c: sums.view },
      {
        ...size,
        parts: plan.parts,
        part_depth: plan.partDepth,
        a_stride: depth,
        a_batch: aImage,
        b_batch: bImage,
        c_batch: rows * cols,
        c_row: cols,
        c_col: 1,
        a_start: aStart,
        b_start: b.start + part.group * inputChannels * plane,
        c_start: 0,
        row_start: 0,
        col_start: 0,
        plane,
        image: geometry.input,
        grid_width: across.pixels,
        taps,
        tap_cols: across.taps,
        step: [down.step, across.step],
        tap_start: [down.start, across.start],
        tap_step: [down.tapStep, across.tapStep],
      },
      { groups: groupsOf(size, plan) },
      {
        ...plan.constants,
        ...constants,
        ...storeConstants(job, 0),
        A_ALONG_K: 1,
        A_VECTORS: vectors,
        B_ALONG_K: 1,
      },
    );
  }
  reduceGemm(
    {
      rows,
      cols,
      batches: 1,
      c: { tensor: target, start: part.group * rows * cols, row: cols, col: 1, batch: 0 },
      epilogue: { scale, rowStart: part.group * rows },
    },
    partial,
    depth ? slabs : 0,
  );
  for (const tensor of [a.view, b.view, sums.view, partial]) tensor.release();
}
