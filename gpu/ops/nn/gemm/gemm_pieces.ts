import type { GemmPlan } from "./gemm_plan.ts";
import { type Gemm, operandExtent, resultExtent } from "./gemm_types.ts";

/** Halves a product along one axis after the other until each operand fits a binding. */
export function inPieces(
  job: Gemm,
  plan: GemmPlan,
  limit: number,
  run: (piece: Gemm, plan: GemmPlan) => void,
): void {
  const { rows, cols, batches, a, b, c } = job;
  const { parts, partDepth } = plan;
  const bigA = operandExtent(job, "a") > limit;
  const bigB = operandExtent(job, "b") > limit;
  const bigC = resultExtent(job, parts) > limit;
  const big = bigA || bigB || bigC;
  const again = (piece: Gemm, pieceParts = parts) =>
    inPieces(piece, { ...plan, parts: pieceParts }, limit, run);

  if (big && batches > 1) {
    const half = batches >> 1;
    again({ ...job, batches: half });
    again({
      ...job,
      batches: batches - half,
      a: past(a, half * a.batch),
      b: past(b, half * b.batch),
      c: past(c, half * parts * c.batch),
    });
  } else if (big && parts > 1) {
    const half = parts >> 1;
    const depth = half * partDepth;
    again({ ...job, depth }, half);
    again({
      ...job,
      depth: job.depth - depth,
      a: past(a, depth * (a.alongDepth ? 1 : a.stride)),
      b: past(b, depth * (b.alongDepth ? 1 : b.stride)),
      c: past(c, half * c.batch),
    }, parts - half);
  } else if (((bigA && a.alongDepth) || (bigC && c.col === 1)) && rows > 8) {
    const half = Math.ceil(rows / 16) * 8;
    again({ ...job, rows: half });
    again({
      ...job,
      rows: rows - half,
      a: past(a, half * (a.alongDepth ? a.stride : 1)),
      c: past(c, half * c.row),
      epilogue: { ...job.epilogue, rowStart: (job.epilogue?.rowStart ?? 0) + half },
    });
  } else if (((bigB && b.alongDepth) || (bigC && c.row === 1)) && cols > 8) {
    const half = Math.ceil(cols / 16) * 8;
    again({ ...job, cols: half });
    again({
      ...job,
      cols: cols - half,
      b: past(b, half * (b.alongDepth ? b.stride : 1)),
      c: past(c, half * c.col),
      epilogue: { ...job.epilogue, colStart: (job.epilogue?.colStart ?? 0) + half },
    });
  } else run(job, plan);
}

function past<T extends { readonly start?: number }>(operand: T, elements: number): T {
  return { ...operand, start: (operand.start ?? 0) + elements };
}
