/** More copies than this of one Gaussian count as so many. */
const MOST = 51;
const LEAST_OPACITY = 0.005;
const LARGEST_OPACITY = 1 - 2 ** -23;

/**
 * Opacity of each of `n` Gaussians in one place that together look like one of this opacity, and the
 * factor of its scales: equation 10 of Kheradmand et al. 2024 with its double sum.
 */
export function shareOpacity(opacity: number, n: number): { opacity: number; scale: number } {
  n = Math.min(MOST, n);
  const each = -Math.expm1(Math.log1p(-Math.min(opacity, LARGEST_OPACITY)) / n);
  const kept = Math.min(LARGEST_OPACITY, Math.max(LEAST_OPACITY, each));
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let binomial = 1;
    for (let k = 0; k <= i; k++) {
      sum += (-1) ** k * binomial * kept ** (k + 1) / Math.sqrt(k + 1);
      binomial = binomial * (i - k) / (k + 1);
    }
  }
  return { opacity: kept, scale: opacity / sum };
}
