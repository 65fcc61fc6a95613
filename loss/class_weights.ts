/** Weights of the classes 0 to 17 in all published GaussianFormer configurations; their sum is 18. */
export const MANUAL_CLASS_WEIGHTS: readonly number[] = [
  1.01552756,
  1.06897009,
  1.30013094,
  1.07253735,
  0.94637502,
  1.10087012,
  1.26960524,
  1.06258364,
  1.189019,
  1.06217292,
  1.00595144,
  0.85706115,
  1.03923299,
  0.90867526,
  0.8936431,
  0.85486129,
  0.8527829,
  0.5,
];

/** Voxels of the classes 0 to 17 in the labels of the nuScenes training set. */
export const VOXEL_FREQUENCIES: readonly number[] = [
  944004,
  1897170,
  152386,
  2391677,
  16957802,
  724139,
  189027,
  2074468,
  413451,
  2384460,
  5916653,
  175883646,
  4275424,
  51393615,
  61411620,
  105975596,
  116424404,
  1892500630,
];

/** Weights scaled so that the sum of their magnitudes is their number. */
export function normalizeWeights(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
  return weights.map((weight) => weight * weights.length / total);
}

/** Normalised weights 1 / ln(frequency + 0.001), for classes without weights of their own. */
export function frequencyWeights(frequencies: readonly number[] = VOXEL_FREQUENCIES): number[] {
  return normalizeWeights(frequencies.map((frequency) => 1 / Math.log(frequency + 0.001)));
}
