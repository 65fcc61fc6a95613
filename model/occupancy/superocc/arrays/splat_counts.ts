import type { HostArray } from "../../../operators/operator.ts";
import type { SuperOccConfig } from "../config/config.ts";

/**
 * Cells [n, 3], radii [n], the number of pairs of a superquadric and a voxel in its box, and how many of
 * them count, of decoded superquadrics [n * 13] and their boxes [n * 6].
 */
export function splatCounts(
  superquadrics: ArrayLike<number>,
  boxes: ArrayLike<number>,
  { occupancy, head }: Pick<SuperOccConfig, "occupancy" | "head">,
): Record<"cells" | "radii" | "num_pairs" | "num_kept", HostArray> {
  const { range, voxel } = occupancy;
  const count = boxes.length / 6;
  const cells = new Int32Array(3 * count);
  const radii = new Int32Array(count);
  let [pairs, kept] = [0, 0];
  for (let g = 0; g < count; g++) {
    const of = Float64Array.from({ length: 13 }, (_, i) => superquadrics[13 * g + i]!);
    for (let axis = 0; axis < 3; axis++) {
      // In f32, as on the GPU, for a value at the border of a cell may fall to either side.
      cells[3 * g + axis] = Math.fround(Math.fround(of[axis]! - range[axis]!) / voxel);
    }
    const largest = Math.max(of[3]!, of[4]!, of[5]!);
    const reach = Math.ceil(Math.fround(Math.fround(largest * head.scaleMultiplier) / voxel));
    radii[g] = Math.max(1, reach);
    const exponentAt = exponent(of);
    const box = Array.from({ length: 6 }, (_, i) => boxes[6 * g + i]!);
    for (const [x, y, z] of voxelsWithin(box)) {
      pairs++;
      const place = [x, y, z].map((cell, axis) => range[axis]! + (cell + 0.5) * voxel);
      if (exponentAt(place[0]!, place[1]!, place[2]!) <= head.cut) kept++;
    }
  }
  return {
    cells: { shape: [count, 3], data: cells },
    radii: { shape: [count], data: radii },
    num_pairs: { shape: [1], data: Int32Array.of(pairs) },
    num_kept: { shape: [1], data: Int32Array.of(kept) },
  };
}

function* voxelsWithin(box: readonly number[]): Generator<[number, number, number]> {
  const [x0 = 0, y0 = 0, z0 = 0, x1 = 0, y1 = 0, z1 = 0] = box;
  for (let x = x0; x <= x1; x++) {
    for (let y = y0; y <= y1; y++) {
      for (let z = z0; z <= z1; z++) yield [x, y, z];
    }
  }
}

/** f of a decoded superquadric at a place, in logarithms so that nothing overflows. */
function exponent(of: Float64Array): (x: number, y: number, z: number) => number {
  const [mx, my, mz, sx, sy, sz, w, a, b, c, , u, v] = of as unknown as Numbers;
  const rows = [
    [w * w + a * a - b * b - c * c, 2 * (a * b - w * c), 2 * (a * c + w * b)],
    [2 * (a * b + w * c), w * w - a * a + b * b - c * c, 2 * (b * c - w * a)],
    [2 * (a * c - w * b), 2 * (b * c + w * a), w * w - a * a - b * b + c * c],
  ] as const;
  return (x, y, z) => {
    const [lx, ly, lz] = rows.map(([p, q, r], axis) =>
      Math.log(
        Math.max(Math.abs(p * (x - mx) + q * (y - my) + r * (z - mz)), 1e-300) /
          [sx, sy, sz][axis]!,
      )
    ) as [number, number, number];
    const [ex, ey] = [2 * lx / u, 2 * ly / u];
    const top = Math.max(ex, ey);
    const across = top + Math.log(Math.exp(ex - top) + Math.exp(ey - top));
    return Math.exp(across * u / v) + Math.exp(2 * lz / v);
  };
}

type Numbers = readonly [
  ...[number, number, number, number, number, number, number],
  ...[number, number, number, number, number, number],
];
