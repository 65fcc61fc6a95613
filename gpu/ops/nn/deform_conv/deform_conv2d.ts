import { bindable } from "../../../binding/limit.ts";
import { checkShapes } from "../../../shape.ts";
import { accumulate, record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { multiply } from "../../array/elementwise/binary.ts";
import { type Activation, activationGradient } from "../activation.ts";
import { sumChannels } from "../norm/channel_sum.ts";
import { type ConvStep, windowsOf } from "../conv/conv_geometry.ts";
import {
  chunksOf,
  columnsOf,
  type DeformGeometry,
  inputGradient,
  placeGradients,
  type Samples,
} from "./deform_columns.ts";
import { gemm } from "../gemm/gemm.ts";

/** Variants of a deformable convolution. */
export interface DeformConv2dOptions extends ConvStep {
  /** Channels are sampled in so many groups, each at places of its own. */
  readonly deformGroups?: number;
  /** A frozen batch norm in place of a bias, both [outputs]; it gets no gradient. */
  readonly affine?: { readonly scale: Tensor; readonly shift: Tensor } | undefined;
  /** What follows at once. */
  readonly activation?: Exclude<Activation, "gelu">;
  /** Most values of sampled columns at a time; left to the adapter's kind except in tests. */
  readonly mostColumns?: number;
}

/** Where and how strongly a deformable convolution samples. */
export interface DeformPlaces {
  /**
   * [images, deformGroups * taps * 2, oh, ow]: shift (down, right) of each tap, pixels. Taps are
   * numbered row by row.
   */
  readonly offset: Tensor;
  /** [images, deformGroups * taps, oh, ow]: factor of each sample. */
  readonly mask: Tensor;
}

/**
 * Modulated deformable convolution (DCNv2, Zhu et al. 2019): each tap of x [images, inputs, height,
 * width] is a bilinear sample, zero outside, at its place plus an offset, times its mask;
 * weight [outputs, inputs / groups, kh, kw], bias [outputs]. Samples are laid out for a matrix
 * product a few images at a time; the backward pass samples again.
 */
export function deformConv2d(
  x: Tensor,
  { offset, mask }: DeformPlaces,
  weight: Tensor,
  options: DeformConv2dOptions & { readonly bias?: Tensor | null } = {},
): Tensor {
  const { affine, bias = null, activation = "none" } = options;
  const geometry = geometryOf(x, weight, options);
  const { images, outputs, output, taps, deformGroups } = geometry;
  checkShapes("deformConv2d", {
    offset: [offset, images, deformGroups * taps * 2, ...output],
    mask: [mask, images, deformGroups * taps, ...output],
    bias: [bias, outputs],
    scale: [affine?.scale, outputs],
    shift: [affine?.shift, outputs],
  });
  if (bias && affine) {
    throw new TypeError(
      'Cannot run deformConv2d: "bias" and "affine" are given, one of them is possible',
    );
  }
  const { gpu } = x;
  const most = Math.min(
    options.mostColumns ?? gpu.tuning.sampledColumns,
    bindable(gpu),
  );
  const samples: Samples = { x, offset, mask };
  const y = Tensor.empty(gpu, [images, outputs, ...output]);
  const shift = bias ?? affine?.shift;
  for (const chunk of chunksOf(geometry, most)) {
    using _chunk = gpu.scope();
    const columns = columnsOf(geometry, samples, chunk);
    eachGroup(geometry, chunk, (group) =>
      gemm({
        ...group.sizes,
        a: { tensor: weight, start: group.weight, alongDepth: true, stride: group.depth, batch: 0 },
        b: { tensor: columns, ...group.columns, alongDepth: false },
        c: { tensor: y, ...group.result },
        epilogue: {
          bias: shift && { values: shift, axis: "row" },
          scale: affine?.scale,
          activation,
          rowStart: group.row,
        },
      }));
  }
  const inputs = [x, offset, mask, weight, ...(bias ? [bias] : [])];
  return record("deformConv2d", inputs, y, (dy, needs) => {
    const dz = activationGradient(dy, y, activation);
    // Where nothing is sampled there is no chunk that would write the gradient.
    const dx = needs[0] ? (y.size ? Tensor.empty : Tensor.zeros)(gpu, x.shape) : null;
    const doffset = needs[1] || needs[2] ? Tensor.empty(gpu, offset.shape) : null;
    const dmask = needs[1] || needs[2] ? Tensor.empty(gpu, mask.shape) : null;
    const dweight = needs[3] ? Tensor.zeros(gpu, weight.shape) : null;
    const scaled = affine ? multiply(weight, affine.scale.alias([outputs, 1, 1, 1])) : weight;
    for (const chunk of chunksOf(geometry, most)) {
      using _chunk = gpu.scope();
      if (dweight) {
        const columns = columnsOf(geometry, samples, chunk);
        const part = chunk.first ? Tensor.empty(gpu, weight.shape) : dweight;
        eachGroup(geometry, chunk, (group) =>
          gemm({
            rows: group.sizes.rows,
            cols: group.depth,
            depth: chunk.pixels,
            batches: chunk.images,
            sumBatches: true,
            a: {
              tensor: dz,
              start: group.result.start,
              alongDepth: true,
              stride: group.result.row,
              batch: group.result.batch,
            },
            b: { tensor: columns, ...group.columns, alongDepth: true },
            c: { tensor: part, start: group.weight, row: group.depth, col: 1, batch: 0 },
            epilogue: { scale: affine?.scale, rowStart: group.row },
          }));
        if (part !== dweight) accumulate(dweight, part);
      }
      if (!dx && !doffset) continue;
      const dcolumns = Tensor.empty(gpu, [chunk.images, geometry.inputs, taps, chunk.pixels]);
      eachGroup(geometry, chunk, (group) =>
        gemm({
          ...group.sizes,
          rows: group.depth,
          depth: group.sizes.rows,
          a: {
            tensor: scaled,
            start: group.weight,
            alongDepth: false,
            stride: group.depth,
            batch: 0,
          },
          b: {
            tensor: dz,
            start: group.result.start,
            alongDepth: false,
            stride: group.result.row,
            batch: group.result.batch,
          },
          c: {
            tensor: dcolumns,
            start: group.columns.start,
            row: chunk.pixels,
            col: 1,
            batch: group.columns.batch,
          },
        }));
      if (doffset && dmask) {
        placeGradients(geometry, samples, chunk, { dcolumns, doffset, dmask });
      }
      if (dx) inputGradient(geometry, samples, chunk, { dcolumns, dx });
    }
    return [dx, doffset, dmask, dweight, ...(bias ? [needs[4] ? sumChannels(dz) : null] : [])];
  });
}

interface GroupProduct {
  readonly sizes: { rows: number; cols: number; depth: number; batches: number };
  /** Rows of the columns: channels of one group times taps. */
  readonly depth: number;
  /** First output channel, and where the group's weights begin. */
  readonly row: number;
  readonly weight: number;
  readonly columns: { start: number; stride: number; batch: number };
  readonly result: { start: number; row: number; col: number; batch: number };
}

/** Places of each group's matrices within a chunk: y [rows, pixels] = weight [rows, depth] columns. */
function eachGroup(
  { groups, inputs, outputs, taps, output }: DeformGeometry,
  chunk: { images: number; pixels: number; firstImage: number; firstPixel: number },
  run: (product: GroupProduct) => void,
): void {
  const rows = outputs / groups;
  const depth = inputs / groups * taps;
  const plane = output[0] * output[1];
  for (let group = 0; group < groups; group++) {
    run({
      sizes: { rows, cols: chunk.pixels, depth, batches: chunk.images },
      depth,
      row: group * rows,
      weight: group * rows * depth,
      columns: {
        start: group * depth * chunk.pixels,
        stride: chunk.pixels,
        batch: inputs * taps * chunk.pixels,
      },
      result: {
        start: (chunk.firstImage * outputs + group * rows) * plane + chunk.firstPixel,
        row: plane,
        col: 1,
        batch: outputs * plane,
      },
    });
  }
}

function geometryOf(x: Tensor, weight: Tensor, options: DeformConv2dOptions): DeformGeometry {
  const { groups = 1, deformGroups = 1 } = options;
  const sizes = checkShapes("deformConv2d", {
    x: [x, "images", "inputs", "height", "width"],
    weight: [weight, "outputs", "inputs / groups", "kernel height", "kernel width"],
  });
  const { images = 0, inputs = 0, outputs = 0, height = 0, width = 0 } = sizes;
  if (sizes["inputs / groups"]! * groups !== inputs || outputs % groups || inputs % deformGroups) {
    throw new RangeError(
      `Cannot run deformConv2d: ${inputs} inputs and ${outputs} outputs with weight [${
        weight.shape.join(", ")
      }] do not make ${groups} groups and ${deformGroups} deform groups`,
    );
  }
  const windows = windowsOf(weight, options, [height, width]);
  return {
    images,
    inputs,
    outputs,
    groups,
    deformGroups,
    taps: windows.kernel[0] * windows.kernel[1],
    ...windows,
  };
}
