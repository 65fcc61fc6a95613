import type { F64 } from "../../support.ts";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-Math.min(9.21, Math.max(-9.21, x))));

/** What raw numbers decode to, as in the operator. */
interface Ranges {
  readonly range: readonly number[];
  readonly scales: readonly [number, number];
  readonly u: readonly [number, number];
  readonly v: readonly [number, number];
  readonly step: readonly [number, number, number];
}

/** Centres, scales, quaternions, opacities and exponents of superquadrics around their queries, in doubles. */
export function refineSuperquadrics(raw: F64, centres: F64, ranges: Ranges): F64[] {
  const { range, scales, u, v, step } = ranges;
  const count = raw.shape[0]!;
  const each = count / centres.shape[0]!;
  const parts: Record<"means" | "scales" | "rotations" | "opacities" | "exponents", number[]> = {
    means: [],
    scales: [],
    rotations: [],
    opacities: [],
    exponents: [],
  };
  const between = ([low, high]: readonly [number, number], x: number) =>
    low + (high - low) * sigmoid(x);
  for (let g = 0; g < count; g++) {
    const row = raw.data.subarray(13 * g, 13 * g + 13);
    for (let axis = 0; axis < 3; axis++) {
      const width = range[axis + 3]! - range[axis]!;
      const at = centres.data[3 * Math.floor(g / each) + axis]! +
        (2 * sigmoid(row[axis]!) - 1) * step[axis]!;
      const fraction = Math.min(1 - 1e-6, Math.max(1e-6, (at - range[axis]!) / width));
      parts.means.push(range[axis]! + fraction * width);
      parts.scales.push(between(scales, row[3 + axis]!));
    }
    const length = Math.hypot(...row.subarray(6, 10));
    row.subarray(6, 10).forEach((x) => parts.rotations.push(x / length));
    parts.opacities.push(sigmoid(row[10]!));
    parts.exponents.push(between(u, row[11]!), between(v, row[12]!));
  }
  return Object.values(parts).map((data) => ({
    shape: data.length === count ? [count] : [count, data.length / count],
    data: Float64Array.from(data),
  }));
}

/** Initial points farther than a distance from all propagated ones, then the near ones, by falling numbers. */
export function freshQueries(
  points: F64,
  propagated: F64,
  numbers: ArrayLike<number>,
  { count, distance }: { count: number; distance: number },
): { rows: number[]; far: number[] } {
  const at = (x: F64, i: number) => [...x.data.subarray(3 * i, 3 * i + 3)];
  const far = Array.from({ length: points.shape[0]! }, (_, i) =>
    Number(
      Array.from({ length: propagated.shape[0]! }, (_, j) => at(propagated, j)).every((other) =>
        Math.hypot(...at(points, i).map((x, axis) => x - other[axis]!)) > distance
      ),
    ));
  const rows = far.map((_, i) => i)
    .sort((a, b) => far[b]! - far[a]! || numbers[b]! - numbers[a]! || a - b);
  return { rows: rows.slice(0, count), far };
}
