import type { Gpu } from "../gpu/device.ts";
import { Tensor } from "../gpu/tensor.ts";

/**
 * A tensor of small numbers that are no zeros: processors take longer over some values than over
 * others, and GPUs draw less power, and clock higher, on zeros.
 */
export function filled(gpu: Gpu, shape: readonly number[], low = -1, high = 1): Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return Tensor.from(
    gpu,
    // The fractions of the golden ratio's multiples spread evenly.
    Float32Array.from({ length: size }, (_, i) => low + (high - low) * (i * 0.6180339887 % 1)),
    shape,
  );
}
