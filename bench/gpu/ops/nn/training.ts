import type { Gpu } from "../../../../gpu/device.ts";
import { backward, noGradient, variable } from "../../../../gpu/tape.ts";
import type { Tensor } from "../../../../gpu/tensor.ts";
import { filled } from "../../../filled.ts";

/** A run of an operator without gradients. */
export function forwardOnly(gpu: Gpu, body: () => Tensor): () => void {
  return () => {
    using _scope = gpu.scope();
    noGradient(gpu, body);
  };
}

/** A run of an operator and of its gradients to `inputs`. */
export function forwardBackward(
  gpu: Gpu,
  inputs: readonly Tensor[],
  body: () => Tensor,
): () => void {
  inputs.forEach(variable);
  const { shape } = noGradient(gpu, body);
  const dy = filled(gpu, shape);
  return () => {
    using _scope = gpu.scope();
    backward(body(), dy);
    for (const input of inputs) input.gradient = null;
  };
}
