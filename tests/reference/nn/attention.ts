import type { F64 } from "../../support.ts";

/** What scores of attention are made of besides products. */
export interface AttentionTerms {
  readonly heads: number;
  readonly scale?: number;
  /** [heads, queries, keys] */
  readonly bias?: F64 | undefined;
  /** [queries, heads] and [queries, 3] */
  readonly distance?: { readonly weights: F64; readonly places: F64 } | undefined;
  /** [queries, keys] */
  readonly mask?: ArrayLike<number> | undefined;
}

/** Scaled dot-product attention of [rows, channels], head by head, in doubles. */
export function attention(query: F64, key: F64, value: F64, terms: AttentionTerms): F64 {
  const { heads, bias, distance, mask } = terms;
  const [queries, channels] = query.shape as [number, number];
  const keys = key.shape[0]!;
  const width = channels / heads;
  const scale = terms.scale ?? 1 / Math.sqrt(width);
  const at = (x: F64, row: number, head: number, c: number) =>
    x.data[row * channels + head * width + c]!;
  const y = new Float64Array(queries * channels);
  for (let head = 0; head < heads; head++) {
    for (let q = 0; q < queries; q++) {
      const scores = Array.from({ length: keys }, (_, k) => {
        if (mask && !mask[q * keys + k]) return -Infinity;
        let score = bias ? bias.data[(head * queries + q) * keys + k]! : 0;
        if (distance) {
          const { weights, places } = distance;
          const apart = [0, 1, 2].map((i) => places.data[3 * q + i]! - places.data[3 * k + i]!);
          score -= weights.data[q * heads + head]! * Math.hypot(...apart);
        }
        for (let c = 0; c < width; c++) {
          score += scale * at(query, q, head, c) * at(key, k, head, c);
        }
        return score;
      });
      const top = Math.max(...scores);
      if (!(top > -Infinity)) continue;
      const parts = scores.map((score) => Math.exp(score - top));
      const total = parts.reduce((a, b) => a + b, 0);
      for (let c = 0; c < width; c++) {
        y[q * channels + head * width + c] = parts.reduce(
          (sum, part, k) => sum + part / total * at(value, k, head, c),
          0,
        );
      }
    }
  }
  return { shape: query.shape, data: y };
}
