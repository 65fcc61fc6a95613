import { bindable, runsOf } from "../../../binding/limit.ts";
import { Kernel } from "../../../kernel.ts";
import { sizeOf, Tensor } from "../../../tensor.ts";
import { lanesFor, rowReduceSnippet } from "../../../wgsl/row_reduce.ts";
import rowsSource from "./reduce_rows.wgsl" with { type: "text" };
import linesSource from "./reduce_lines.wgsl" with { type: "text" };

const rowsKernel = new Kernel("gpu/ops/array/reduce/reduce_rows.wgsl", rowsSource, {
  include: [rowReduceSnippet],
  padded: true,
});
const linesKernel = new Kernel("gpu/ops/array/reduce/reduce_lines.wgsl", linesSource, {
  padded: true,
});

// Enough workgroups, or threads, to fill a large GPU; more chunks would only cost a second pass.
const ROW_CHUNK = 4096;
const LINE_CHUNK = 64;
const FULL_THREADS = 1 << 15;

/** What to do with the values: add them up, times a factor, or find the largest. */
export interface Reduction {
  readonly largest?: boolean;
  readonly factor?: number;
}

/** Axes as non-negative numbers in order; all of them where none are given. */
export function normalizeAxes(op: string, rank: number, axes?: number | readonly number[]) {
  if (axes === undefined) return Array.from({ length: rank }, (_, i) => i);
  const list = typeof axes === "number" ? [axes] : axes;
  return list.map((axis) => {
    const positive = axis < 0 ? axis + rank : axis;
    if (!Number.isInteger(axis) || positive < 0 || positive >= rank) {
      throw new RangeError(`Cannot run ${op}: there is no axis ${axis} of ${rank}`);
    }
    return positive;
  }).sort((p, q) => p - q);
}

/** The shape left when axes are reduced. */
export function reducedShape(shape: readonly number[], axes: readonly number[], keepDims: boolean) {
  return keepDims
    ? shape.map((extent, axis) => axes.includes(axis) ? 1 : extent)
    : shape.filter((_, axis) => !axes.includes(axis));
}

/** Reduces axes of x without a place on the tape; `shape` is the result's. The order is fixed. */
export function reduceAxes(
  x: Tensor,
  axes: readonly number[],
  shape: readonly number[],
  reduction: Reduction = {},
): Tensor {
  const { gpu } = x;
  if (!x.size) return Tensor.zeros(gpu, shape);
  using scope = gpu.scope();
  const groups = x.shape.map((extent, axis) => ({ extent, reduced: axes.includes(axis) }))
    .filter(({ extent }) => extent > 1)
    .reduce<{ extent: number; reduced: boolean }[]>((merged, { extent, reduced }) => {
      const last = merged.at(-1);
      if (last?.reduced === reduced) last.extent *= extent;
      else merged.push({ extent, reduced });
      return merged;
    }, []);
  let left = groups.filter(({ reduced }) => reduced).length;
  let factor = reduction.factor ?? 1;
  if (!left && factor !== 1) {
    groups.push({ extent: 1, reduced: true });
    left = 1;
  }
  let y = x.alias();
  while (left--) {
    const at = groups.findLastIndex(({ reduced }) => reduced);
    const product = (list: typeof groups) => sizeOf(list.map(({ extent }) => extent));
    const [outer, inner] = [product(groups.slice(0, at)), product(groups.slice(at + 1))];
    y = reduceLines(y, [outer, groups[at]!.extent, inner], { ...reduction, factor });
    groups.splice(at, 1);
    factor = 1;
  }
  return scope.keep(y.alias(shape));
}

/** Adds up a tensor over the axes along which `shape` was broadcast to it, times a factor. */
export function sumTo(x: Tensor, shape: readonly number[], factor = 1): Tensor {
  const missing = x.shape.length - shape.length;
  const axes = x.shape.flatMap((extent, axis) =>
    axis < missing || (shape[axis - missing] === 1 && extent !== 1) ? [axis] : []
  );
  return reduceAxes(x, axes, shape, { factor });
}

/** Reduces the middle axis of x seen as [outer, length, inner] to [outer, inner]. */
function reduceLines(
  x: Tensor,
  [outer, length, inner]: readonly [number, number, number],
  reduction: Reduction,
): Tensor {
  const { gpu } = x;
  const most = bindable(gpu);
  if (x.size > most && (outer > 1 || length > 1)) {
    return reducePieces(x, [outer, length, inner], most, reduction);
  }
  const { largest = false, factor = 1 } = reduction;
  const byRow = inner === 1 && length >= LINE_CHUNK;
  let chunk = length;
  if (byRow && length > ROW_CHUNK && outer * 64 < FULL_THREADS) chunk = ROW_CHUNK;
  if (!byRow && length > LINE_CHUNK && outer * inner < FULL_THREADS) chunk = LINE_CHUNK;
  const chunks = Math.ceil(length / chunk);
  const stage = chunks > 1 ? 1 : factor;
  const y = Tensor.empty(gpu, [outer, chunks, inner]);
  if (byRow) {
    const uniforms = { rows: outer, length, chunk, chunks, factor: stage };
    const LANES = lanesFor(gpu, chunk);
    rowsKernel.dispatch(gpu, { x, y }, uniforms, { threads: outer * chunks * LANES }, {
      largest: Number(largest),
      vectors: Number(length % 4 === 0),
      LANES,
    });
  } else {
    const vectors = Number(inner % 4 === 0);
    const uniforms = { outer, length, inner, chunk, chunks, factor: stage };
    linesKernel.dispatch(gpu, { x, y }, uniforms, {
      threads: y.size / (vectors ? 4 : 1),
    }, { largest: Number(largest), vectors });
  }
  return chunks > 1 ? reduceLines(y, [outer, chunks, inner], reduction) : y;
}

/** The same for a tensor larger than one binding, by pieces that fit. */
function reducePieces(
  x: Tensor,
  [outer, length, inner]: readonly [number, number, number],
  most: number,
  reduction: Reduction,
): Tensor {
  const { gpu } = x;
  const parts: { from: number; size: number; shape: [number, number, number] }[] = [];
  const [count, step] = outer > 1 ? [outer, length * inner] : [length, inner];
  const each = Math.max(1, Math.floor(most / step));
  for (const { first, count: n } of runsOf(count, each)) {
    const shape: [number, number, number] = outer > 1 ? [n, length, inner] : [1, n, inner];
    parts.push({ from: first * step, size: n * step, shape });
  }
  const stage = outer > 1 ? reduction : { ...reduction, factor: 1 };
  const y = Tensor.empty(gpu, outer > 1 ? [outer, inner] : [parts.length, inner]);
  let at = y.byteOffset;
  for (const { from, size, shape } of parts) {
    // A copy, since a view would have to start at an aligned byte.
    const piece = Tensor.empty(gpu, [size]);
    gpu.commands.copyBuffer(x.buffer, x.byteOffset + 4 * from, piece.buffer, 0, piece.bytes);
    const part = reduceLines(piece, shape, stage);
    gpu.commands.copyBuffer(part.buffer, part.byteOffset, y.buffer, at, part.bytes);
    at += part.bytes;
    piece.release();
    part.release();
  }
  return outer > 1 ? y : reduceLines(y, [1, parts.length, inner], reduction);
}
