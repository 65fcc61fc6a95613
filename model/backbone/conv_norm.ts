import { add } from "../../gpu/ops/array/elementwise/binary.ts";
import { relu } from "../../gpu/ops/array/elementwise/unary.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { BatchNorm2d } from "../layers/batch_norm2d.ts";
import { Conv2d } from "../layers/conv2d.ts";
import type { DeformConv2d } from "../layers/deform_conv2d.ts";

/**
 * ReLU or nothing of norm(conv(x)) + residual; a norm that is a constant, the sum and the ReLU become
 * part of the convolution.
 */
export function convNorm(
  x: Tensor,
  conv: Conv2d | DeformConv2d,
  norm: BatchNorm2d,
  { activation = "none", residual }: { activation?: "none" | "relu"; residual?: Tensor } = {},
): Tensor {
  const whole = residual === undefined || conv instanceof Conv2d;
  // One that is trained is a constant too where nothing is walked back through and its statistics stay.
  const constant = norm.frozen || (!norm.training && !x.gpu.tape.recording);
  if (constant && whole) {
    return conv.forward(x, { affine: norm.fold(), activation, ...(residual && { residual }) });
  }
  const normed = norm.forward(conv.forward(x), residual ? {} : { activation });
  if (!residual) return normed;
  const sum = add(normed, residual);
  return activation === "relu" ? relu(sum) : sum;
}
