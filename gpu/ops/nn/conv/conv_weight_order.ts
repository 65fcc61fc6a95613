import { Kernel } from "../../../kernel.ts";
import { Tensor } from "../../../tensor.ts";
import source from "./conv2d_weight_order.wgsl" with { type: "text" };
import type { ConvGeometry, TapAxis } from "./conv_geometry.ts";

const orderKernel = new Kernel("gpu/ops/nn/conv/conv2d_weight_order.wgsl", source);

/** Which weights a product sums over, and how they lie. */
export interface WeightOrder {
  readonly axes: readonly [TapAxis, TapAxis];
  /** Channels of one group, of the result and of the source. */
  readonly rows: number;
  readonly channels: number;
  readonly rowStride: number;
  readonly channelStride: number;
  /** Columns of the kernel. */
  readonly kernelCols: number;
  /** One factor for each channel of the source. */
  readonly scale?: Tensor | undefined;
}

/**
 * Weights as [groups, rows, taps, channels], so that a tap's channels are neighbours, with zeros up to
 * a multiple of `multiple` channels.
 */
export function ordered(
  { groups }: Pick<ConvGeometry, "groups">,
  weight: Tensor,
  order: WeightOrder,
  multiple = 1,
): Tensor {
  const { axes: [down, across], rows, channels, scale } = order;
  const padded = Math.ceil(channels / multiple) * multiple;
  const taps = down.taps * across.taps;
  // With one tap and no scale the weights of a convolution lie in that order already.
  if (order.channelStride === 1 && taps === 1 && padded === channels && !scale) {
    return weight.alias();
  }
  const result = Tensor.empty(weight.gpu, [groups, rows, taps, padded]);
  orderKernel.dispatch(
    weight.gpu,
    { weight, scale: scale ?? weight, ordered: result },
    {
      rows,
      taps,
      tap_cols: across.taps,
      channels,
      padded_channels: padded,
      count: result.size,
      group_stride: weight.size / groups,
      row_stride: order.rowStride,
      channel_stride: order.channelStride,
      kernel_cols: order.kernelCols,
      tap_start: [down.kernelStart, across.kernelStart],
      tap_step: [down.kernelStep, across.kernelStep],
    },
    { threads: result.size },
    { SCALED: scale ? 1 : 0 },
  );
  return result;
}
