import type { Matrix3 } from "../../geometry/matrix3.ts";

/** Eigenvalues, the largest first, and their unit eigenvectors as columns of a rotation. */
export interface Eigen3 {
  readonly values: readonly [number, number, number];
  readonly vectors: Matrix3;
}

// Each round of three turns squares what is left off the diagonal: six are enough for f64.
const ROUNDS = 12;

/** Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's turns (Golub and Van Loan 8.5). */
export function eigenOfSymmetric(matrix: Matrix3): Eigen3 {
  const a = [...matrix];
  const v = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [p, q] of [[0, 1], [0, 2], [1, 2]] as const) turn(a, v, p, q);
  }
  const order = [0, 1, 2].sort((i, j) => a[4 * j]! - a[4 * i]!);
  const column = (k: number): number[] => [v[k]!, v[3 + k]!, v[6 + k]!];
  const [x, y] = [column(order[0]!), column(order[1]!)];
  // The third by the cross product: a rotation, whatever signs the turns left.
  const z = [
    x[1]! * y[2]! - x[2]! * y[1]!,
    x[2]! * y[0]! - x[0]! * y[2]!,
    x[0]! * y[1]! - x[1]! * y[0]!,
  ];
  return {
    values: order.map((k) => a[4 * k]!) as [number, number, number],
    vectors: [x[0]!, y[0]!, z[0]!, x[1]!, y[1]!, z[1]!, x[2]!, y[2]!, z[2]!],
  };
}

/** Makes a[p, q] zero by a turn in the plane of axes p and q, and turns the vectors likewise. */
function turn(a: number[], v: number[], p: number, q: number): void {
  const off = a[3 * p + q]!;
  if (off === 0) return;
  const theta = (a[4 * q]! - a[4 * p]!) / (2 * off);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const mix = (m: number[], i: number, j: number) => {
    const [x, y] = [m[i]!, m[j]!];
    m[i] = c * x - s * y;
    m[j] = s * x + c * y;
  };
  for (let k = 0; k < 3; k++) mix(a, 3 * k + p, 3 * k + q);
  for (let k = 0; k < 3; k++) mix(a, 3 * p + k, 3 * q + k);
  for (let k = 0; k < 3; k++) mix(v, 3 * k + p, 3 * k + q);
}
