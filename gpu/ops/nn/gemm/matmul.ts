import { record } from "../../../tape.ts";
import { sizeOf, Tensor } from "../../../tensor.ts";
import { gelu } from "../../array/elementwise/unary.ts";
import { type Activation, runsApart } from "../activation.ts";
import { biasedGradient } from "../norm/column_sum.ts";
import { gemm } from "./gemm.ts";
import type { Tiling } from "./gemm_plan.ts";
import type { GemmOperand } from "./gemm_types.ts";

/** Variants of a matrix product. */
export interface MatmulOptions {
  /** Take a as [..., depth, rows]. */
  readonly transposeA?: boolean;
  /** Take b as [..., cols, depth]. */
  readonly transposeB?: boolean;
  /** Added to every row: [cols]. */
  readonly bias?: Tensor | null | undefined;
  /** Applied to the sums. */
  readonly activation?: Activation;
  /** Which kernel; left to the adapter's kind except in tests and benches. */
  readonly tiling?: Tiling;
}

interface Sizes {
  readonly rows: number;
  readonly cols: number;
  readonly depth: number;
  readonly batches: number;
  readonly leading: readonly number[];
}

/**
 * activation(a b + bias): a [..., rows, depth] and b [..., depth, cols] with equal leading axes, or
 * none on one side, whose matrix is then shared by all.
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  const { transposeA = false, transposeB = false, bias, activation = "none", tiling } = options;
  const { rows, cols, depth, batches, leading } = sizes(a, b, options);
  const { gpu } = a;
  const inputs = bias ? [a, b, bias] : [a, b];
  if (runsApart(activation, inputs)) {
    return gelu(matmul(a, b, { ...options, activation: "none" }));
  }

  const y = Tensor.empty(gpu, [...leading, rows, cols]);
  const manyA = a.shape.length > 2;
  const manyB = b.shape.length > 2;
  // One matrix for all rows of all batches is one tall product.
  const tall = manyA && !manyB && !transposeA;
  gemm({
    rows: tall ? batches * rows : rows,
    cols,
    depth,
    batches: tall ? 1 : batches,
    a: operand(a, !transposeA, transposeA ? rows : depth, manyA && !tall),
    b: operand(b, transposeB, transposeB ? depth : cols, manyB),
    c: { tensor: y, row: cols, col: 1, batch: rows * cols },
    epilogue: { bias: bias ? { values: bias, axis: "col" } : undefined, activation },
    tiling,
  });
  return record("matmul", inputs, y, (dy, needs) => {
    const biased = Boolean(bias && needs[2]);
    const { dz, dbias } = biasedGradient(dy, y, { cols, kind: activation, biased });
    // dz along cols: dA = dz B^T, dB = A^T dz, each in the layout of its operand.
    const da = needs[0] ? Tensor.empty(gpu, a.shape) : null;
    if (da) {
      const whole = tall ? batches * rows : rows;
      gemm({
        rows: whole,
        cols: depth,
        depth: cols,
        batches: tall ? 1 : batches,
        sumBatches: !manyA && batches !== 1,
        a: operand(dz, true, cols, !tall),
        b: operand(b, !transposeB, transposeB ? depth : cols, manyB),
        c: transposeA
          ? { tensor: da, row: 1, col: rows, batch: manyA ? rows * depth : 0 }
          : { tensor: da, row: depth, col: 1, batch: manyA ? rows * depth : 0 },
        tiling,
      });
    }
    const db = needs[1] ? Tensor.empty(gpu, b.shape) : null;
    if (db) {
      gemm({
        rows: depth,
        cols,
        depth: tall ? batches * rows : rows,
        batches: tall ? 1 : batches,
        sumBatches: !manyB && !tall && batches !== 1,
        a: operand(a, transposeA, transposeA ? rows : depth, manyA && !tall),
        b: operand(dz, false, cols, !tall),
        c: transposeB
          ? { tensor: db, row: 1, col: depth, batch: manyB ? depth * cols : 0 }
          : { tensor: db, row: cols, col: 1, batch: manyB ? depth * cols : 0 },
        tiling,
      });
    }
    return [da, db, dbias];
  });
}

function operand(tensor: Tensor, alongDepth: boolean, stride: number, many: boolean): GemmOperand {
  const matrix = tensor.shape.length < 2 ? 0 : tensor.shape.at(-1)! * tensor.shape.at(-2)!;
  return { tensor, alongDepth, stride, batch: many ? matrix : 0 };
}

function sizes(a: Tensor, b: Tensor, options: MatmulOptions): Sizes {
  const { transposeA, transposeB, bias } = options;
  if (a.shape.length < 2 || b.shape.length < 2) {
    const name = a.shape.length < 2 ? "a" : "b";
    const shape = a.shape.length < 2 ? a.shape : b.shape;
    throw new RangeError(
      `Cannot run matmul: "${name}" must have two axes or more, got [${shape.join(", ")}]`,
    );
  }
  const [aFirst, aLast] = a.shape.slice(-2) as [number, number];
  const [bFirst, bLast] = b.shape.slice(-2) as [number, number];
  const [rows, depth] = transposeA ? [aLast, aFirst] : [aFirst, aLast];
  const [depthB, cols] = transposeB ? [bLast, bFirst] : [bFirst, bLast];
  const aLeading = a.shape.slice(0, -2);
  const bLeading = b.shape.slice(0, -2);
  const leading = aLeading.length ? aLeading : bLeading;
  if (depth !== depthB || (bLeading.length && leading.join() !== bLeading.join())) {
    const side = transposeB ? `cols, depth=${depth}` : `depth=${depth}, cols`;
    const before = aLeading.length ? `${aLeading.join(", ")}, ` : "...";
    throw new RangeError(
      `Cannot run matmul: "b" must be [${before}${before === "..." ? ", " : ""}${side}], got [${
        b.shape.join(", ")
      }]`,
    );
  }
  if (bias && bias.shape.join() !== `${cols}`) {
    throw new RangeError(
      `Cannot run matmul: "bias" must be [cols=${cols}], got [${bias.shape.join(", ")}]`,
    );
  }
  return { rows, cols, depth, batches: sizeOf(leading), leading };
}
