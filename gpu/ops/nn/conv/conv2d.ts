import { checkShapes } from "../../../shape.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { gelu } from "../../array/elementwise/unary.ts";
import { type Activation, activationGradient, runsApart } from "../activation.ts";
import { sumChannels } from "../norm/channel_sum.ts";
import { type ConvGeometry, type ConvStep, windowsOf } from "./conv_geometry.ts";
import { convolve, convolveBack } from "./conv_products.ts";
import { convWeightGradient } from "./conv_weight_gradient.ts";
import type { Tiling } from "../gemm/gemm_plan.ts";

/** Variants of a convolution. */
export interface Conv2dOptions extends ConvStep {
  /**
   * A frozen batch norm in place of a bias: y = scale * (x * weight) + shift, both [outputs]. It
   * gets no gradient.
   */
  readonly affine?: { readonly scale: Tensor; readonly shift: Tensor } | undefined;
  /** Added before the activation; of the result's shape. */
  readonly residual?: Tensor | undefined;
  /** Applied to the sums. */
  readonly activation?: Activation;
  /** Which kernel; left to the adapter's kind except in tests and benches. */
  readonly tiling?: Tiling | undefined;
}

/**
 * 2-D convolution (cross-correlation, as everywhere in deep learning) with zero padding:
 * x [images, inputs, height, width], weight [outputs, inputs / groups, kh, kw], bias [outputs].
 */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: Conv2dOptions = {},
): Tensor {
  const { affine, residual, activation = "none", tiling } = options;
  const geometry = geometryOf(x, weight, options);
  const { images, groups, outputChannels, output } = geometry;
  const outputs = groups * outputChannels;
  const shape = [images, outputs, ...output];
  checkShapes("conv2d", {
    bias: [bias, outputs],
    scale: [affine?.scale, outputs],
    shift: [affine?.shift, outputs],
    residual: [residual, ...shape],
  });
  if (bias && affine) {
    throw new TypeError(
      'Cannot run conv2d: "bias" and "affine" are given, one of them is possible',
    );
  }
  const { gpu } = x;
  const inputs = [x, weight, ...(bias ? [bias] : []), ...(residual ? [residual] : [])];
  if (runsApart(activation, inputs)) {
    return gelu(conv2d(x, weight, bias, { ...options, activation: "none" }));
  }

  const y = Tensor.empty(gpu, shape);
  const shift = bias ?? affine?.shift;
  const scale = affine?.scale;
  const epilogue = {
    bias: shift && { values: shift, axis: "row" as const },
    scale,
    residual,
    activation,
  };
  convolve(geometry, { x, weight, y, epilogue }, tiling);
  return record("conv2d", inputs, y, (dy, needs) => {
    const dz = activationGradient(dy, y, activation);
    const dx = needs[0] ? Tensor.empty(gpu, x.shape) : null;
    if (dx) convolveBack(geometry, { y: dz, weight, x: dx, scale, epilogue: {} }, tiling);
    const dweight = needs[1] ? convWeightGradient(geometry, { x, dy: dz, scale }, tiling) : null;
    const gradients: (Tensor | null)[] = [dx, dweight];
    if (bias) gradients.push(needs[2] ? sumChannels(dz) : null);
    if (residual) gradients.push(dz.alias());
    return gradients;
  });
}

function geometryOf(x: Tensor, weight: Tensor, options: ConvStep): ConvGeometry {
  const groups = options.groups ?? 1;
  const sizes = checkShapes("conv2d", {
    x: [x, "images", "inputs", "height", "width"],
    weight: [weight, "outputs", "inputs / groups", "kernel height", "kernel width"],
  });
  const { images = 0, inputs = 0, outputs = 0, height = 0, width = 0 } = sizes;
  const each = sizes["inputs / groups"]!;
  if (each * groups !== inputs || outputs % groups) {
    throw new RangeError(
      `Cannot run conv2d: "weight" must be [outputs, ${
        inputs / groups
      }, kh, kw] with outputs a multiple of groups=${groups}, got [${weight.shape.join(", ")}]`,
    );
  }
  const windows = windowsOf(weight, options, [height, width]);
  return {
    images,
    groups,
    inputChannels: each,
    outputChannels: outputs / groups,
    ...windows,
  };
}
