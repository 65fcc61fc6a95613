import type { Gpu } from "../../../../gpu/device.ts";
import { backward, noGradient, variable } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";

/** A tensor of small numbers that are not all alike. */
export function varied(gpu: Gpu, shape: readonly number[]): Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const data = Float32Array.from({ length: size }, (_, i) => (i * 7919 % 1021) / 1021 - 0.5);
  return Tensor.from(gpu, data, shape);
}

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
  const dy = varied(gpu, shape);
  return () => {
    using _scope = gpu.scope();
    backward(body(), dy);
    for (const input of inputs) input.gradient = null;
  };
}
