import { inElements } from "../../binding/rows.ts";
import type { Snippet } from "../../kernel.ts";
import { Kernel } from "../../kernel.ts";
import { Tensor } from "../../tensor.ts";
import activationSource from "../../wgsl/activation.wgsl" with { type: "text" };
import { normalCdfSnippet } from "../../wgsl/normal_cdf.ts";
import backwardSource from "./activation_backward.wgsl" with { type: "text" };

/** Activation functions that operators can apply to what they store; gelu is the exact one. */
export type Activation = "none" | "relu" | "gelu" | "sigmoid" | "tanh";

/** Codes of the activations in `activation.wgsl`. */
export const ACTIVATION_CODE: Readonly<Record<Activation, number>> = {
  none: 0,
  relu: 1,
  gelu: 2,
  sigmoid: 3,
  tanh: 4,
};

/** `activate(kind, z)` and `activation_slope(kind, y)`. */
export const activationSnippets: readonly Snippet[] = [
  { path: "gpu/wgsl/activation.wgsl", source: activationSource },
  normalCdfSnippet,
];

const backward = new Kernel("gpu/ops/nn/activation_backward.wgsl", backwardSource, {
  include: activationSnippets,
});

/** dz = dy * slope, from what the activation gave; a dy without activation is returned as it is. */
export function activationGradient(
  dy: Tensor,
  y: Tensor,
  kind: Exclude<Activation, "gelu">,
): Tensor {
  if (kind === "none") return dy;
  const dz = Tensor.empty(dy.gpu, dy.shape);
  inElements({ dy, y, dz }, (pieces, count) => {
    backward.dispatch(dz.gpu, pieces, { count }, { threads: count }, {
      KIND: ACTIVATION_CODE[kind],
    });
  });
  return dz;
}

/** Whether gelu must run apart: its slope needs the sum itself, which a fused one does not store. */
export function runsApart(kind: Activation, inputs: readonly Tensor[]): kind is "gelu" {
  return kind === "gelu" && inputs[0]!.gpu.tape.recording &&
    inputs.some((input) => input.requiresGradient);
}
