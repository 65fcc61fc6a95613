import { slice } from "../../../binding/slice.ts";
import { Kernel } from "../../../kernel.ts";
import { radixSort } from "../../../parallel/radix_sort.ts";
import { segmentOffsets } from "../../../parallel/segments.ts";
import { Tensor } from "../../../tensor.ts";
import cornersSource from "../../camera/deformable/bilinear_corners.wgsl" with { type: "text" };
import type { Pair } from "../conv/conv_geometry.ts";
import cellsSource from "./deform_cells.wgsl" with { type: "text" };
import columnsSource from "./deform_columns.wgsl" with { type: "text" };
import backwardSource from "./deform_columns_backward.wgsl" with { type: "text" };
import inputSource from "./deform_input_gradient.wgsl" with { type: "text" };
import placeSource from "./deform_place.wgsl" with { type: "text" };

const place = { path: "gpu/ops/nn/deform_conv/deform_place.wgsl", source: placeSource };
const corners = { path: "gpu/ops/camera/deformable/bilinear_corners.wgsl", source: cornersSource };
const columnsKernel = new Kernel("gpu/ops/nn/deform_conv/deform_columns.wgsl", columnsSource, {
  include: [place, corners],
});
const backwardKernel = new Kernel(
  "gpu/ops/nn/deform_conv/deform_columns_backward.wgsl",
  backwardSource,
  {
    include: [place, corners],
  },
);
const cellsKernel = new Kernel("gpu/ops/nn/deform_conv/deform_cells.wgsl", cellsSource, {
  include: [place],
});
const inputKernel = new Kernel("gpu/ops/nn/deform_conv/deform_input_gradient.wgsl", inputSource, {
  include: [place],
});

/** Extents of a deformable convolution. */
export interface DeformGeometry {
  readonly images: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly groups: number;
  readonly deformGroups: number;
  readonly taps: number;
  readonly input: Pair;
  readonly output: Pair;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
}

/** What is sampled, and where. */
export interface Samples {
  readonly x: Tensor;
  readonly offset: Tensor;
  readonly mask: Tensor;
}

/** Several whole images, or part of the pixels of one. */
export interface Chunk {
  /** 0 for the first one. */
  readonly first: number;
  readonly firstImage: number;
  readonly images: number;
  readonly firstPixel: number;
  readonly pixels: number;
}

// Channels that one thread samples, and sums gradients of.
const SAMPLED = 16;
const SUMMED = 8;

/** Cuts the output pixels so that the columns of a chunk have at most `most` values. */
export function* chunksOf(
  { images, inputs, taps, output }: DeformGeometry,
  most: number,
): Generator<Chunk> {
  const total = output[0] * output[1];
  const rows = inputs * taps;
  if (images * total * rows === 0) return;
  const many = Math.floor(most / (rows * total));
  if (many >= 1) {
    for (let firstImage = 0; firstImage < images; firstImage += many) {
      const count = Math.min(many, images - firstImage);
      yield { first: firstImage, firstImage, images: count, firstPixel: 0, pixels: total };
    }
    return;
  }
  const pixels = Math.max(32, Math.floor(most / rows / 32) * 32);
  let first = 0;
  for (let firstImage = 0; firstImage < images; firstImage++) {
    for (let firstPixel = 0; firstPixel < total; firstPixel += pixels) {
      const count = Math.min(pixels, total - firstPixel);
      yield { first: first++, firstImage, images: 1, firstPixel, pixels: count };
    }
  }
}

/** Samples times masks as [images, inputs, taps, pixels]. */
export function columnsOf(geometry: DeformGeometry, samples: Samples, chunk: Chunk): Tensor {
  const { inputs, taps, deformGroups: groups } = geometry;
  const columns = Tensor.empty(samples.x.gpu, [chunk.images, inputs, taps, chunk.pixels]);
  const blocks = Math.ceil(inputs / groups / SAMPLED);
  const count = chunk.pixels * taps * blocks * groups * chunk.images;
  const { x, places, uniforms } = bound(geometry, samples, chunk);
  columnsKernel.dispatch(
    columns.gpu,
    { x: x.view, ...places, columns },
    {
      ...uniforms,
      count,
      channels: inputs,
      group_channels: inputs / groups,
      groups,
      blocks,
      start_x: x.start,
    },
    { threads: count },
  );
  return columns;
}

/** Gradients of offsets and masks from those of the columns. */
export function placeGradients(
  geometry: DeformGeometry,
  samples: Samples,
  chunk: Chunk,
  { dcolumns, doffset, dmask }: { dcolumns: Tensor; doffset: Tensor; dmask: Tensor },
): void {
  const { inputs, taps, deformGroups: groups } = geometry;
  const count = chunk.pixels * taps * groups * chunk.images;
  const { x, places, uniforms } = bound(geometry, samples, chunk);
  const offsets = imagesOf(doffset, chunk);
  const masks = imagesOf(dmask, chunk);
  backwardKernel.dispatch(
    dcolumns.gpu,
    { x: x.view, ...places, dcolumns, doffset: offsets.view, dmask: masks.view },
    {
      ...uniforms,
      count,
      channels: inputs,
      group_channels: inputs / groups,
      groups,
      start_x: x.start,
      start_doffset: offsets.start,
      start_dmask: masks.start,
    },
    { threads: count },
  );
}

/**
 * Gradient of the input from that of the columns: samples are sorted by the cell between four pixels
 * in which they lie, and each pixel sums over its four cells, so the order never changes.
 */
export function inputGradient(
  geometry: DeformGeometry,
  samples: Samples,
  chunk: Chunk,
  { dcolumns, dx }: { dcolumns: Tensor; dx: Tensor },
): void {
  const { inputs, taps, deformGroups: groups, input } = geometry;
  const { gpu } = dx;
  const { places, uniforms } = bound(geometry, samples, chunk);
  const cells = (input[0] + 1) * (input[1] + 1);
  const outside = cells * groups * chunk.images;
  const keys = Tensor.empty(gpu, [chunk.pixels * taps * groups * chunk.images], "u32");
  cellsKernel.dispatch(
    gpu,
    { ...places, keys },
    { ...uniforms, count: keys.size, cells, outside },
    {
      threads: keys.size,
    },
  );
  const sorted = radixSort(keys, null, { bits: Math.ceil(Math.log2(outside + 1)) });
  const starts = segmentOffsets(sorted.keys, outside);
  const target = imagesOf(dx, chunk);
  const blocks = Math.ceil(inputs / groups / SUMMED);
  const count = input[0] * input[1] * blocks * groups * chunk.images;
  inputKernel.dispatch(
    gpu,
    { ...places, starts, samples: sorted.values, dcolumns, dx: target.view },
    {
      ...uniforms,
      count,
      channels: inputs,
      group_channels: inputs / groups,
      groups,
      blocks,
      cells,
      accumulate: Number(chunk.firstPixel > 0),
      start_dx: target.start,
    },
    { threads: count },
  );
}

function bound(geometry: DeformGeometry, { x, offset, mask }: Samples, chunk: Chunk) {
  const { taps, kernel, input, output, stride, padding, dilation } = geometry;
  const image = imagesOf(x, chunk);
  const offsets = imagesOf(offset, chunk);
  const masks = imagesOf(mask, chunk);
  return {
    x: image,
    places: { offset: offsets.view, mask: masks.view },
    uniforms: {
      pixels: chunk.pixels,
      first_pixel: chunk.firstPixel,
      taps,
      tap_cols: kernel[1],
      start_offset: offsets.start,
      start_mask: masks.start,
      input,
      output,
      stride,
      padding,
      dilation,
    },
  };
}

function imagesOf(tensor: Tensor, { firstImage, images }: Chunk) {
  const image = tensor.size / tensor.rows;
  return slice(tensor, firstImage * image, images * image);
}
