import { sliceable } from "../../../binding/slice.ts";
import { gemm } from "../gemm/gemm.ts";
import type { ConvGeometry, TapAxis } from "./conv_geometry.ts";
import type { GatheredProduct } from "./conv_products.ts";
import { ordered } from "./conv_weight_order.ts";
import { bandsOf, shiftedCopies } from "./shifted_copies.ts";

/**
 * target[row, pixel] = finish(sum over taps and channels), as products with shifted copies of the source:
 * what the registers kernel reads is then whole vec4s, without a look at edges.
 */
export function overCopies({ images, groups }: ConvGeometry, product: GatheredProduct): void {
  const { rows, channels, source, target, epilogue } = product;
  const { gpu } = target;
  const axes = [ascending(product.axes[0]), product.axes[1]] as const;
  const [down, across] = axes;
  const [height, width] = product.targetExtent;
  const sourceImage = groups * channels * product.sourceExtent[0] * product.sourceExtent[1];
  const targetImage = groups * rows * height * width;
  const weight = ordered({ groups }, product.weight, { ...product, axes }, 4);
  const taps = down.taps * across.taps;
  const most = Math.floor(sliceable(gpu) / Math.max(sourceImage, targetImage));
  for (const band of bandsOf(gpu, axes, { images, channels, most })) {
    const { first, count, row, layout } = band;
    const dense = down.stride === 1 && across.stride === 1 && layout.pitch === width;
    for (let group = 0; group < groups; group++) {
      const copies = taps
        ? shiftedCopies(
          {
            tensor: source,
            start: first * sourceImage + group * sourceImage / groups,
            count,
            batch: sourceImage,
            channels,
            extent: product.sourceExtent,
          },
          axes,
          row,
          layout,
        )
        : { tensor: source, alongDepth: false, stride: 0, batch: 0 };
      gemm({
        rows,
        cols: band.rows * layout.pitch,
        depth: taps ? layout.channels : 0,
        batches: count,
        a: {
          tensor: weight,
          start: group * weight.size / groups,
          alongDepth: true,
          stride: taps * layout.channels,
          batch: 0,
        },
        b: copies,
        c: {
          tensor: target,
          start: first * targetImage + group * targetImage / groups +
            (down.offset + row * down.stride) * width + across.offset,
          row: height * width,
          col: 1,
          batch: targetImage,
          ...(!dense && {
            grid: {
              pitch: layout.pitch,
              width: across.pixels,
              step: [down.stride * width, across.stride],
            },
          }),
        },
        epilogue: { ...epilogue, rowStart: group * rows },
        tiling: "registers",
      });
      if (taps) copies.tensor.release();
    }
  }
  weight.release();
}

/** The same taps in the order of the image's lines. */
function ascending(axis: TapAxis): TapAxis {
  if (axis.tapStep >= 0) return axis;
  const last = Math.max(0, axis.taps - 1);
  return {
    ...axis,
    start: axis.start + axis.tapStep * last,
    tapStep: -axis.tapStep,
    kernelStart: axis.kernelStart + axis.kernelStep * last,
    kernelStep: -axis.kernelStep,
  };
}
