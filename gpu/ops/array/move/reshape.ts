import { record } from "../../../tape.ts";
import type { Tensor } from "../../../tensor.ts";

/** The same values under another shape of equal size; one extent may be -1. */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  const known = shape.reduce((product, extent) => extent < 0 ? product : product * extent, 1);
  const full = shape.map((extent) => extent < 0 ? x.size / known : extent);
  if (!full.every(Number.isInteger)) {
    throw new RangeError(
      `Cannot reshape [${x.shape}] to [${shape}]: ${x.size} values do not divide by ${known}`,
    );
  }
  return record("reshape", [x], x.alias(full), (dy) => [dy.alias(x.shape)]);
}
