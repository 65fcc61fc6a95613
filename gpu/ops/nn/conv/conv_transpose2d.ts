import { checkShapes } from "../../../shape.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { gelu } from "../../array/elementwise/unary.ts";
import { type Activation, activationGradient, runsApart } from "../activation.ts";
import { sumChannels } from "../norm/channel_sum.ts";
import { type ConvGeometry, pair } from "./conv_geometry.ts";
import type { Pair } from "./conv_geometry.ts";
import { convolve, convolveBack } from "./conv_products.ts";
import { convWeightGradient } from "./conv_weight_gradient.ts";
import type { Tiling } from "../gemm/gemm_plan.ts";

/** Variants of a transposed convolution; the stride is the kernel's extent unless given. */
export interface ConvTranspose2dOptions {
  /** Pixels of the output between neighbours of the input; 1 if not given. */
  readonly stride?: number | Pair;
  /** Pixels of the output that are cut at each side; 0 if not given. */
  readonly padding?: number | Pair;
  /** What follows at once. */
  readonly activation?: Activation;
  /** Which kernel; left to the adapter's kind except in tests and benches. */
  readonly tiling?: Tiling | undefined;
}

/**
 * Transposed 2-D convolution, the input gradient of the convolution with the same weight:
 * x [images, inputs, height, width], weight [inputs, outputs, kh, kw], bias [outputs]. Where kernel
 * and stride agree, out[o, s y + i, s x + j] = sum over c of x[c, y, x] weight[c, o, i, j].
 */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvTranspose2dOptions = {},
): Tensor {
  const { activation = "none", tiling } = options;
  checkShapes("convTranspose2d", {
    x: [x, "images", "inputs", "height", "width"],
    weight: [weight, "inputs", "outputs", "kernel height", "kernel width"],
    bias: [bias, "outputs"],
  });
  const geometry = geometryOf(x, weight, options);
  const { gpu } = x;
  const inputs = bias ? [x, weight, bias] : [x, weight];
  if (runsApart(activation, inputs)) {
    return gelu(convTranspose2d(x, weight, bias, { ...options, activation: "none" }));
  }
  const y = Tensor.empty(gpu, [geometry.images, geometry.inputChannels, ...geometry.input]);
  const epilogue = {
    bias: bias ? { values: bias, axis: "row" as const } : undefined,
    activation,
  };
  convolveBack(geometry, { y: x, weight, x: y, epilogue }, tiling);
  return record("convTranspose2d", inputs, y, (dy, needs) => {
    const dz = activationGradient(dy, y, activation);
    const dx = needs[0] ? Tensor.empty(gpu, x.shape) : null;
    if (dx) convolve(geometry, { x: dz, weight, y: dx, epilogue: {} }, tiling);
    const dweight = needs[1] ? convWeightGradient(geometry, { x: dz, dy: x }, tiling) : null;
    return [dx, dweight, bias && needs[2] ? sumChannels(dz) : null];
  });
}

/** The convolution whose input gradient this is: its input is our result, its output our x. */
function geometryOf(x: Tensor, weight: Tensor, options: ConvTranspose2dOptions): ConvGeometry {
  const [images, inputs, height, width] = x.shape as [number, number, number, number];
  const [, outputs, ...kernel] = weight.shape as [number, number, number, number];
  const given = pair(options.stride, 0);
  const stride = [given[0] || kernel[0], given[1] || kernel[1]] as const;
  const padding = pair(options.padding, 0);
  const extent = (axis: 0 | 1, pixels: number) =>
    pixels === 0 ? 0 : (pixels - 1) * stride[axis] + kernel[axis] - 2 * padding[axis];
  const input = [extent(0, height), extent(1, width)] as const;
  if (Math.min(...input) < 0) {
    throw new RangeError(
      `Cannot run convTranspose2d: the result would be [${
        input.join(", ")
      }], the padding is too wide`,
    );
  }
  return {
    images,
    groups: 1,
    inputChannels: outputs,
    outputChannels: inputs,
    input,
    output: [height, width],
    kernel,
    stride,
    padding,
    dilation: [1, 1],
  };
}
