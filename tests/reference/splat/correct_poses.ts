import type { F64 } from "../../support.ts";

type Rows = number[][];

/** Inverses of poses [n, 4, 4] after their corrections [n, 9], in doubles. */
export function correctedViews(poses: F64, corrections: F64): F64 {
  const data = new Float64Array(poses.data.length);
  for (let n = 0; n < poses.shape[0]!; n++) {
    const pose = rowsOf(poses.data.subarray(16 * n, 16 * n + 16));
    const [dx, dy, dz, ...six] = corrections.data.subarray(9 * n, 9 * n + 9);
    const first = unit([1 + six[0]!, six[1]!, six[2]!]);
    const given = [six[3]!, 1 + six[4]!, six[5]!];
    const along = dot(first, given);
    const second = unit(given.map((v, i) => v - along * first[i]!));
    const third = [
      first[1]! * second[2]! - first[2]! * second[1]!,
      first[2]! * second[0]! - first[0]! * second[2]!,
      first[0]! * second[1]! - first[1]! * second[0]!,
    ];
    const step = [[...first, dx!], [...second, dy!], [...third, dz!], [0, 0, 0, 1]];
    data.set(inverse(product(pose, step)).flat(), 16 * n);
  }
  return { shape: poses.shape, data };
}

function rowsOf(values: ArrayLike<number>): Rows {
  return [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => values[4 * i + j]!));
}

function dot(a: number[], b: number[]): number {
  return a.reduce((sum, v, i) => sum + v * b[i]!, 0);
}

function unit(v: number[]): number[] {
  return v.map((x) => x / Math.hypot(...v));
}

function product(a: Rows, b: Rows): Rows {
  return a.map((row) => [0, 1, 2, 3].map((j) => dot(row, b.map((other) => other[j]!))));
}

/** Gauss and Jordan, with pivots. */
function inverse(matrix: Rows): Rows {
  const rows = matrix.map((row, i) => [...row, ...[0, 1, 2, 3].map((j) => Number(i === j))]);
  for (let column = 0; column < 4; column++) {
    const pivot = rows.slice(column).reduce((best, row) =>
      Math.abs(row[column]!) > Math.abs(best[column]!) ? row : best
    );
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(column, 0, pivot.map((v) => v / pivot[column]!));
    rows.forEach((row, i) => {
      if (i !== column) rows[i] = row.map((v, j) => v - row[column]! * rows[column]![j]!);
    });
  }
  return rows.map((row) => row.slice(4));
}
