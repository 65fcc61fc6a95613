/** Weights scaled so that the sum of their magnitudes is their number. */
export function normalizeWeights(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
  return weights.map((weight) => weight * weights.length / total);
}

/** Normalised weights 1 / ln(frequency + 0.001), for classes without weights of their own. */
export function frequencyWeights(frequencies: readonly number[]): number[] {
  return normalizeWeights(frequencies.map((frequency) => 1 / Math.log(frequency + 0.001)));
}
