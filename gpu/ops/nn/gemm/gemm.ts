import { slice, sliceable } from "../../../binding/slice.ts";
import { Kernel, type Snippet } from "../../../kernel.ts";
import { accumulate, copyOf } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { ACTIVATION_CODE, activationSnippets } from "../activation.ts";
import { aligned, growth } from "./gemm_align.ts";
import { inPieces } from "./gemm_pieces.ts";
import { type GemmPlan, MOST_PARTIAL, planGemm } from "./gemm_plan.ts";
import reduceSource from "./gemm_reduce.wgsl" with { type: "text" };
import { GEMM_SNIPPETS, storeSnippet } from "./gemm_snippets.ts";
import { type Gemm, type GemmEpilogue, operandExtent, resultExtent } from "./gemm_types.ts";
import bindingsSource from "./matmul_bindings.wgsl" with { type: "text" };
import registersSource from "./matmul_registers.wgsl" with { type: "text" };
import workgroupSource from "./matmul_workgroup.wgsl" with { type: "text" };

const bindings: Snippet = {
  path: "gpu/ops/nn/gemm/matmul_bindings.wgsl",
  source: bindingsSource,
};
const matmulKernels = {
  registers: new Kernel("gpu/ops/nn/gemm/matmul_registers.wgsl", registersSource, {
    include: GEMM_SNIPPETS.registers,
  }),
  workgroup: new Kernel("gpu/ops/nn/gemm/matmul_workgroup.wgsl", workgroupSource, {
    include: [bindings, ...GEMM_SNIPPETS.workgroup],
  }),
};
const reduceKernel = new Kernel("gpu/ops/nn/gemm/gemm_reduce.wgsl", reduceSource, {
  include: [storeSnippet, ...activationSnippets],
});

/** Runs a product of matrices, cut into as many dispatches as the adapter's bindings ask for. */
export function gemm(product: Gemm): void {
  const { rows, cols, batches, c, sumBatches = false } = product;
  if (rows === 0 || cols === 0 || (batches === 0 && !sumBatches)) return;
  if (sumBatches && batches > 1 && batches * rows * cols > MOST_PARTIAL) return inTwo(product);
  const { gpu } = c.tensor;
  const job = turned(product);
  const registers = (job.tiling ?? gpu.tuning.tiling) === "registers";
  // Copies of operands are filled up to multiples of four.
  const limit = Math.floor(sliceable(gpu) / (registers ? growth(job) : 1));
  // Where a depth is too long for one binding, its parts are what can be bound one by one.
  const stride = Math.max(0, ...[job.a, job.b].map((side) => side.alongDepth ? 0 : side.stride));
  const mostDepth = stride ? Math.floor(limit / stride) : Infinity;
  const byTaps = job.b.taps && !job.b.alongDepth;
  const plan = {
    ...planGemm(gpu, job, job.tiling, mostDepth),
    // The depth of a tap is the channels: it is never cut.
    ...(byTaps && { parts: 1, partDepth: job.depth }),
  };
  if (plan.parts === 1 && (!sumBatches || batches === 1)) {
    return inPieces(job, plan, limit, dispatch);
  }

  const sums = plan.parts * (sumBatches ? batches : 1);
  const outer = sumBatches ? 1 : batches;
  const partial = Tensor.empty(gpu, [outer * sums, rows * cols]);
  const c2 = { ...denseLike(job), tensor: partial };
  if (sums > 0) inPieces({ ...job, c: c2, epilogue: {} }, plan, limit, dispatch);
  reduceGemm({ ...job, batches: outer }, partial, sums);
  partial.release();
}

/** Adds up partial results [batches, parts, rows * cols], dense in the order of C, into C. */
export function reduceGemm(
  job: Pick<Gemm, "rows" | "cols" | "batches" | "c" | "epilogue">,
  partial: Tensor,
  parts: number,
): void {
  const { rows, cols, batches, c } = job;
  const bound = slice(c.tensor, c.start ?? 0, resultExtent(job));
  const { tensors, constants, release } = epilogueOf(job, partial);
  reduceKernel.dispatch(
    partial.gpu,
    { partial, ...tensors, c: bound.view },
    {
      rows,
      cols,
      batches,
      parts,
      size: rows * cols,
      c_batch: c.batch,
      c_row: c.row,
      c_col: c.col,
      c_start: bound.start,
      ...epilogueStarts(job),
    },
    { threads: rows * cols * batches },
    constants,
  );
  release();
  bound.view.release();
}

/** Strides of a dense C in the same order. */
export function denseLike({ rows, cols, c }: Pick<Gemm, "rows" | "cols" | "c">) {
  return c.col === 1
    ? { row: cols, col: 1, batch: rows * cols }
    : { row: 1, col: rows, batch: rows * cols };
}

/** Bindings and constants of what is done before storing; `unused` stands in for absent tensors. */
export function epilogueOf(
  job: Pick<Gemm, "rows" | "cols" | "batches" | "c" | "epilogue">,
  unused: Tensor,
) {
  const { bias, scale, residual, activation = "none" }: GemmEpilogue = job.epilogue ?? {};
  // Cut where C is cut, so that one index serves both; that takes a place of the same alignment.
  const aligned = residual && residual.byteOffset % 256 ? copyOf(residual) : residual;
  const bound = aligned && slice(aligned, job.c.start ?? 0, resultExtent(job));
  const tensors = {
    bias: bias?.values ?? unused,
    scale: scale ?? unused,
    residual: bound?.view ?? unused,
  };
  const constants = {
    BIAS: bias ? (bias.axis === "row" ? 1 : 2) : 0,
    SCALE: scale ? 1 : 0,
    RESIDUAL: residual ? 1 : 0,
    ACTIVATION: ACTIVATION_CODE[activation],
  };
  const release = () => {
    bound?.view.release();
    if (aligned !== residual) aligned?.release();
  };
  return { tensors, constants, release };
}

/** Uniforms that place a piece's rows and columns in bias and scale. */
export function epilogueStarts({ epilogue }: Pick<Gemm, "epilogue">) {
  return { row_start: epilogue?.rowStart ?? 0, col_start: epilogue?.colStart ?? 0 };
}

function inTwo(product: Gemm): void {
  const { batches, a, b, c } = product;
  const half = batches >> 1;
  gemm({ ...product, batches: half });
  const rest = Tensor.empty(c.tensor.gpu, c.tensor.shape);
  gemm({
    ...product,
    batches: batches - half,
    a: { ...a, start: (a.start ?? 0) + half * a.batch },
    b: { ...b, start: (b.start ?? 0) + half * b.batch },
    c: { ...c, tensor: rest },
  });
  accumulate(c.tensor, rest);
  rest.release();
}

/**
 * The registers kernel has sixteen rows and, in its lanes, eight times four columns; the transposed
 * product C^T = B^T A^T is the better one where that wastes less.
 */
function turned(job: Gemm): Gemm {
  const { rows, cols, a, b, c, epilogue } = job;
  const tiling = job.tiling ?? c.tensor.gpu.tuning.tiling;
  const cost = (m: number, n: number) => Math.ceil(m / 16) * Math.ceil(n / 32);
  if (
    tiling !== "registers" || epilogue?.scale || b.taps || c.grid ||
    cost(rows, cols) <= cost(cols, rows)
  ) {
    return job;
  }
  const bias = epilogue?.bias;
  return {
    ...job,
    rows: cols,
    cols: rows,
    a: b,
    b: a,
    c: { ...c, row: c.col, col: c.row },
    epilogue: {
      ...epilogue,
      bias: bias && { values: bias.values, axis: bias.axis === "row" ? "col" : "row" },
    },
  };
}

function dispatch(piece: Gemm, plan: GemmPlan): void {
  const { parts, partDepth, tiling } = plan;
  const { job, release: releaseCopies } = tiling === "registers"
    ? aligned(piece)
    : { job: piece, release: () => {} };
  const { rows, cols, depth, batches, a, b, c } = job;
  const boundA = slice(a.tensor, a.start ?? 0, operandExtent(job, "a"));
  const boundB = slice(b.tensor, b.start ?? 0, operandExtent(job, "b"));
  const boundC = slice(c.tensor, c.start ?? 0, resultExtent(job, parts));
  const { tensors, constants, release } = epilogueOf(job, boundA.view);
  // The workgroup kernel fetches whole vec4s where it can.
  const vectors = (which: "a" | "b", start: number, side: number) => {
    const { stride, batch, alongDepth } = job[which];
    return [start, stride, batch, alongDepth ? depth : side].every((count) => count % 4 === 0);
  };
  matmulKernels[tiling].dispatch(
    c.tensor.gpu,
    { a: boundA.view, b: boundB.view, ...tensors, c: boundC.view },
    {
      rows,
      cols,
      depth,
      batches,
      parts,
      part_depth: partDepth,
      a_stride: a.stride,
      b_stride: b.stride,
      a_batch: a.batch,
      b_batch: b.batch,
      c_batch: c.batch,
      c_row: c.row,
      c_col: c.col,
      a_start: boundA.start,
      b_start: boundB.start,
      c_start: boundC.start,
      ...epilogueStarts(job),
      ...(tiling === "registers" && windows(job)),
    },
    { groups: groupsOf(job, plan) },
    {
      ...plan.constants,
      ...constants,
      ...(tiling === "workgroup"
        ? {
          A_VECTORS: vectors("a", boundA.start, rows) ? 1 : 0,
          B_VECTORS: vectors("b", boundB.start, cols) ? 1 : 0,
        }
        : { TAP_COLUMNS: b.taps && b.alongDepth ? 1 : 0, GRID: c.grid ? 1 : 0 }),
      A_ALONG_K: a.alongDepth ? 1 : 0,
      B_ALONG_K: b.alongDepth ? 1 : 0,
      ...storeConstants(job, boundC.start),
    },
  );
  release();
  for (const { view } of [boundA, boundB, boundC]) view.release();
  releaseCopies();
}

/** Uniforms of the registers kernel that say where taps read and where pixels go. */
function windows({ cols, b, c }: Gemm) {
  const { taps, phases, phase, reach, line, shift } = b.taps ?? ONE_TAP;
  const { pitch, width, step } = c.grid ?? { pitch: cols, width: cols, step: [0, c.col] };
  return { taps, phases, phase, reach, line, shift, pitch, width, c_step: step };
}

const ONE_TAP = { taps: [1, 1], phases: 1, phase: 0, reach: [0, 1], line: 0, shift: 0 } as const;

/** Workgroups of a product under a plan. */
export function groupsOf(job: Pick<Gemm, "rows" | "cols" | "batches">, plan: GemmPlan): number {
  const { tileRows, tileCols, parts } = plan;
  return Math.ceil(job.rows / tileRows) * Math.ceil(job.cols / tileCols) * job.batches * parts;
}

/** How C is stored: along which axis, and whether by vec4. */
export function storeConstants(job: Pick<Gemm, "rows" | "cols" | "c">, start: number) {
  const { rows, cols, c } = job;
  const alongRows = !c.grid && c.col !== 1;
  const vectors = !c.grid && (alongRows ? [rows, c.col] : [cols, c.row]).concat(c.batch, start)
    .every((count) => count % 4 === 0);
  return { STORE_VECTORS: vectors ? 1 : 0, C_ALONG_ROWS: alongRows ? 1 : 0 };
}
