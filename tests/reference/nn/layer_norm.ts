import type { F64 } from "../../support.ts";

/** Layer norm of the last axis, in doubles. */
export function layerNorm(x: F64, weight: F64, bias: F64, eps = 1e-5): F64 {
  const channels = weight.data.length;
  const y = new Float64Array(x.data.length);
  for (let start = 0; start < y.length; start += channels) {
    const row = x.data.subarray(start, start + channels);
    const mean = row.reduce((a, b) => a + b, 0) / channels;
    const variance = row.reduce((a, b) => a + (b - mean) ** 2, 0) / channels;
    row.forEach((value, c) => {
      y[start + c] = (value - mean) / Math.sqrt(variance + eps) * weight.data[c]! + bias.data[c]!;
    });
  }
  return { shape: x.shape, data: y };
}
