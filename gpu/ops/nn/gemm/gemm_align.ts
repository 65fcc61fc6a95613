import { slice } from "../../../binding/slice.ts";
import { Kernel } from "../../../kernel.ts";
import { Tensor } from "../../../tensor.ts";
import source from "./gemm_align.wgsl" with { type: "text" };
import type { Gemm, GemmOperand } from "./gemm_types.ts";

const kernel = new Kernel("gpu/ops/nn/gemm/gemm_align.wgsl", source);

// Lines this many values apart (4 KiB) share one set of a processor's first cache, which holds 8 or 12.
const SAME_SET = 1024;
// Products that read A's rows fewer times than this are over before a copy of them.
const MANY_COLUMNS = 256;

/**
 * A product whose operands the registers kernel can read: rows and batches begin on whole vec4s and
 * the depth is a multiple of four, filled with zeros. Operands that are not so already are copied;
 * `release` gives the copies back.
 */
export function aligned(job: Gemm): { readonly job: Gemm; readonly release: () => void } {
  const copies: Tensor[] = [];
  const operand = (which: "a" | "b"): GemmOperand => {
    if (isAligned(job, which)) return job[which];
    const copy = alignedCopy(job, which);
    copies.push(copy.tensor);
    return copy;
  };
  const whole = {
    ...job,
    a: operand("a"),
    b: operand("b"),
    depth: Math.ceil(job.depth / 4) * 4,
  };
  return { job: whole, release: () => copies.forEach((copy) => copy.release()) };
}

/** Whether the registers kernel reads an operand where it lies. */
function isAligned(job: Gemm, which: "a" | "b"): boolean {
  // What lies tap by tap was laid out for the kernel.
  if (job.b.taps && (which === "b" || !job.b.alongDepth)) return true;
  const { tensor, start = 0, stride, batch } = job[which];
  const crowded = which === "a" && stride % SAME_SET === 0 &&
    job.rows > 8 && job.cols >= MANY_COLUMNS;
  return !crowded &&
    [tensor.byteOffset / 4 + start, stride, batch, job.depth].every((count) => count % 4 === 0);
}

/** How many times as large as an operand its copy is, of the one that grows most. */
export function growth(job: Gemm): number {
  const of = (which: "a" | "b") => {
    if (isAligned(job, which)) return 1;
    const { lines, length, paddedLines, stride } = copyExtents(job, which);
    return paddedLines * stride / Math.max(1, lines * length);
  };
  return Math.max(of("a"), of("b"));
}

function copyExtents(job: Gemm, which: "a" | "b") {
  const { alongDepth } = job[which];
  const side = which === "a" ? job.rows : job.cols;
  const [lines, length] = alongDepth ? [side, job.depth] : [job.depth, side];
  const paddedLines = alongDepth ? lines : Math.ceil(lines / 4) * 4;
  const stride = Math.ceil(length / 4) * 4;
  return { lines, length, paddedLines, stride: stride % SAME_SET === 0 ? stride + 4 : stride };
}

function alignedCopy(job: Gemm, which: "a" | "b"): GemmOperand {
  const operand = job[which];
  const { tensor, start = 0, alongDepth } = operand;
  const batches = operand.batch === 0 ? 1 : job.batches;
  const { lines, length, paddedLines, stride } = copyExtents(job, which);
  const copy = alignedLines(
    { tensor, start, stride: operand.stride, batch: operand.batch },
    { lines, length, batches, paddedLines, pitch: stride },
  );
  return {
    tensor: copy,
    alongDepth,
    stride,
    batch: operand.batch === 0 ? 0 : paddedLines * stride,
  };
}

/** Lines of each batch copied to lines that begin `pitch` values apart, [batches, paddedLines, pitch], zeros between. */
export function alignedLines(
  { tensor, start, stride, batch }: Pick<GemmOperand, "tensor" | "stride" | "batch"> & {
    readonly start: number;
  },
  { lines, length, batches, paddedLines, pitch }: {
    readonly lines: number;
    readonly length: number;
    readonly batches: number;
    readonly paddedLines: number;
    readonly pitch: number;
  },
): Tensor {
  const { gpu } = tensor;
  const copy = Tensor.empty(gpu, [batches, paddedLines, pitch]);
  const from = slice(tensor, start, (batches - 1) * batch + (lines - 1) * stride + length);
  kernel.dispatch(
    gpu,
    { x: from.view, aligned: copy },
    {
      lines,
      length,
      x_start: from.start,
      x_stride: stride,
      x_batch: batch,
      padded_lines: paddedLines,
      stride: pitch,
      vectors: copy.size / 4,
    },
    { threads: copy.size / 4 },
  );
  from.view.release();
  return copy;
}
