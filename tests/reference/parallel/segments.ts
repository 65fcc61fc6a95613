import type { F64 } from "../../support.ts";

/** Sums of runs of rows, in doubles. */
export function segmentSum(
  values: F64,
  offsets: ArrayLike<number>,
  order?: ArrayLike<number>,
): F64 {
  const channels = values.shape[1]!;
  const segments = offsets.length - 1;
  const sums = new Float64Array(segments * channels);
  for (let s = 0; s < segments; s++) {
    for (let i = offsets[s]!; i < offsets[s + 1]!; i++) {
      const row = order ? order[i]! : i;
      for (let c = 0; c < channels; c++) {
        sums[s * channels + c]! += values.data[row * channels + c]!;
      }
    }
  }
  return { shape: [segments, channels], data: sums };
}
