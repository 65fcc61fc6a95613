import { sigmoid } from "./activation.ts";
import { ascendingOrder } from "./order.ts";
import type { Splats } from "./splats.ts";

/** Opacity times volume (the product of the standard deviations) of each Gaussian; NaN becomes 0. */
export function importance({ count, logScales, opacities }: Splats): Float64Array {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const volume = Math.exp(logScales[3 * i]! + logScales[3 * i + 1]! + logScales[3 * i + 2]!);
    values[i] = sigmoid(opacities[i]!) * volume || 0;
  }
  return values;
}

/** Indices of the Gaussians, the most important first; equal ones keep their order. */
export function byImportance(splats: Splats): Uint32Array {
  const values = importance(splats);
  // Backwards twice: descending values, but equal ones in their own order.
  const order = ascendingOrder(values.reverse()).reverse();
  const last = order.length - 1;
  for (let at = 0; at < order.length; at++) order[at] = last - order[at]!;
  return order;
}
