import type { F64 } from "../../support.ts";

/** Mean over pixels of the weighed squared difference of features of length one, [1, c, h, w]. */
export function featureDistance(a: F64, b: F64, weight: F64): number {
  const channels = a.shape[1]!;
  const pixels = a.data.length / channels;
  let total = 0;
  for (let p = 0; p < pixels; p++) {
    const column = ({ data }: F64) =>
      Array.from({ length: channels }, (_, c) => data[c * pixels + p]!);
    const unit = (values: number[]) => {
      const length = Math.hypot(...values) + 1e-10;
      return values.map((value) => value / length);
    };
    const [p1, p2] = [unit(column(a)), unit(column(b))];
    p1.forEach((value, c) => total += weight.data[c]! * (value - p2[c]!) ** 2);
  }
  return total / pixels;
}
