import { PhiloxStream } from "../../../data/philox.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import type { OrderedPairs } from "../../../loss/depth/ordinal.ts";

/** Pairs that are drawn; those too alike are passed over. */
const PAIRS = 2048;
/** Share of the larger by which two values of a prior differ for their order to mean something. */
const APART = 0.03;
/** What the draws are for, beside all else that a seed decides. */
const PURPOSE = 0x0d3;

/**
 * Pairs of pixels whose order a prior of inverse depth tells, as the seed and the iteration draw them; null
 * where it tells none.
 */
export function orderedPixels(
  gpu: Gpu,
  prior: Float32Array,
  { seed, iteration }: { readonly seed: number; readonly iteration: number },
): OrderedPairs | null {
  const stream = new PhiloxStream(seed, PURPOSE, iteration);
  const [near, far] = [new Uint32Array(PAIRS), new Uint32Array(PAIRS)];
  let count = 0;
  for (let i = 0; i < PAIRS; i++) {
    const [a, b] = [stream.integer(prior.length), stream.integer(prior.length)];
    const [left, right] = [prior[a]!, prior[b]!];
    // NaN is in no order.
    if (!(Math.abs(left - right) > APART * Math.max(Math.abs(left), Math.abs(right)))) continue;
    [near[count], far[count]] = left > right ? [a, b] : [b, a];
    count++;
  }
  if (!count) return null;
  return {
    near: Tensor.from(gpu, near.subarray(0, count)),
    far: Tensor.from(gpu, far.subarray(0, count)),
  };
}
