/** More copies than this of one Gaussian count as so many. */
export const MOST_COPIES = 51;

/** Least and largest opacity of a copy. */
const LEAST_OPACITY = 0.005;
const LARGEST_OPACITY = 1 - 2 ** -23;

/**
 * Opacity of each of `copies` Gaussians in one place that together look like one of this opacity, and the
 * factor of its scales (Kheradmand et al. 2024, equation 10).
 */
export function relocated(
  opacity: number,
  copies: number,
): { readonly opacity: number; readonly scale: number } {
  const n = Math.min(MOST_COPIES, copies);
  // 1 - (1 - o)^(1/n) without loss for small o.
  const each = -Math.expm1(Math.log1p(-Math.min(opacity, LARGEST_OPACITY)) / n);
  const kept = Math.min(LARGEST_OPACITY, Math.max(LEAST_OPACITY, each));
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let binomial = 1;
    for (let k = 0; k <= i; k++) {
      const term = binomial * kept ** (k + 1) / Math.sqrt(k + 1);
      sum += k % 2 === 0 ? term : -term;
      binomial = binomial * (i - k) / (k + 1);
    }
  }
  return { opacity: kept, scale: opacity / sum };
}

/** Draws `count` indices with replacement, each with probability in proportion to its weight. */
export function drawByWeight(
  weights: Float64Array,
  count: number,
  uniform: () => number,
): Uint32Array {
  const ends = new Float64Array(weights.length);
  let total = 0;
  weights.forEach((weight, i) => ends[i] = total += weight);
  return Uint32Array.from({ length: count }, () => {
    const goal = uniform() * total;
    let low = 0, high = ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! > goal) high = middle;
      else low = middle + 1;
    }
    return low;
  });
}
