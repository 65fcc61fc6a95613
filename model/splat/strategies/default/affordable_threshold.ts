import type { Ranks } from "../../../run/ranks/ranks.ts";

/** Bits of the largest finite f32. */
const LARGEST = 0x7f7fffff;

/**
 * The threshold, or the lowest one above it with which no more than `room` Gaussians grow in all; `sums`
 * f32 [2 n] are lengths of gradients and numbers of pictures of this rank's.
 */
export async function affordableThreshold(
  ranks: Pick<Ranks, "sum" | "largest">,
  sums: Float32Array,
  { threshold, room }: { readonly threshold: number; readonly room: number },
): Promise<number> {
  const all = new Float32Array(sums.length / 2);
  let count = 0;
  for (let i = 0; i < all.length; i++) {
    const mean = Math.fround(sums[2 * i]! / sums[2 * i + 1]!);
    if (mean >= threshold) all[count++] = mean;
  }
  // Numbers above 0 have the order of their bits.
  const means = new Uint32Array(all.buffer, 0, count).sort();
  const atLeast = async (bits: number) => {
    const found = Float64Array.of(count - firstFrom(means, bits));
    await ranks.sum(found);
    return found[0]!;
  };
  if (await atLeast(0) <= room) return threshold;
  // The largest one that must not grow: more than `room` are as large.
  let [last, above] = [0, LARGEST + 1];
  while (above - last > 1) {
    const middle = Math.floor((last + above) / 2);
    if (await atLeast(middle) > room) last = middle;
    else above = middle;
  }
  // Halfway to the first that may; equal ones all stay behind.
  const next = Float64Array.of(-(means[firstFrom(means, last + 1)] ?? Infinity));
  await ranks.largest(next);
  const lower = floatOf(last);
  return Number.isFinite(next[0]!) ? (floatOf(-next[0]!) + lower) / 2 : 2 * lower;
}

/** Place of the first of sorted numbers that is not below a bound. */
function firstFrom(sorted: Uint32Array, bound: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

function floatOf(bits: number): number {
  return new Float32Array(Uint32Array.of(bits).buffer)[0]!;
}
