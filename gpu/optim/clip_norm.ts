import { Kernel } from "../kernel.ts";
import type { Storage } from "../pool/pool.ts";
import { Tensor } from "../tensor.ts";
import { reduceSnippet } from "../wgsl/reduce.ts";
import { bindable } from "../binding/limit.ts";
import squaresSource from "./clip_squares.wgsl" with { type: "text" };
import factorSource from "./clip_factor.wgsl" with { type: "text" };

const include = [reduceSnippet];
const squaresKernel = new Kernel("gpu/optim/clip_squares.wgsl", squaresSource, {
  include,
  padded: true,
});
const factorKernel = new Kernel("gpu/optim/clip_factor.wgsl", factorSource, { include });

const PIECE = 16384;

/** The joint length of many gradients, left on the GPU. */
export interface ClippedNorm {
  /** f32 [1]: the L2 norm over all values of all gradients. */
  readonly norm: Tensor;
  /** f32 [1]: min(1, largest / (norm + 1e-6)), by which the gradients are to be multiplied. */
  readonly factor: Tensor;
  /** u32 [gradients]: how many values of each are NaN or infinite. */
  readonly broken: Tensor;
  /** u32 [1]: how many are in all. */
  readonly brokenTotal: Tensor;
}

/** How tensors are cut into pieces of a workgroup each, and which of them one dispatch measures. */
export interface Pieces {
  /** u32 [pieces, 4]: first value in the view, values, place of the sum, tensor. */
  readonly table: Tensor;
  /** What each dispatch binds. */
  readonly views: readonly PieceView[];
}

/** Part of a buffer that is bound at once, and the rows of the table that lie in it. */
export interface PieceView {
  /** One of the tensors in that buffer. */
  readonly tensor: number;
  /** Where the part begins. */
  readonly byteOffset: number;
  /** Its length. */
  values: number;
  /** Rows of the table. */
  readonly firstRow: number;
  /** How many. */
  rows: number;
}

/**
 * Measures gradients against the largest joint norm allowed (Infinity: no limit); changes none. Those
 * that lie in one buffer are measured together; `pieces` spare making the table where they lie the
 * same way each time.
 */
export function clipNorm(
  gradients: readonly Tensor[],
  largest: number,
  pieces?: Pieces,
): ClippedNorm {
  const { gpu } = gradients[0] ?? missing();
  if (!(largest > 0)) {
    throw new RangeError(
      `Cannot run clipNorm: the largest norm is ${largest}, it must be positive`,
    );
  }
  using scope = gpu.scope();
  const { table, views } = pieces ?? scopedPieces(gradients);
  const partial = Tensor.empty(gpu, [table.rows]);
  const result = {
    norm: Tensor.empty(gpu, [1]),
    factor: Tensor.empty(gpu, [1]),
    broken: Tensor.zeros(gpu, [gradients.length], "u32"),
    brokenTotal: Tensor.empty(gpu, [1], "u32"),
  };
  const { broken } = result;
  for (const { tensor, byteOffset, values, firstRow, rows } of views) {
    squaresKernel.dispatch(
      gpu,
      { values: gradients[tensor]!.viewAt(byteOffset, [values]), table, partial, broken },
      { first_row: firstRow, rows },
      { groups: rows },
    );
  }
  factorKernel.dispatch(
    gpu,
    { partial, broken, norm: result.norm, factor: result.factor, total: result.brokenTotal },
    // Drivers need not compute with Infinity; 1e30 limits nothing that is left finite either.
    { partials: partial.size, tensors: gradients.length, largest: Math.min(largest, 1e30) },
    { groups: 1 },
  );
  scope.keep(Object.values(result));
  return result;
}

/** Cuts tensors into pieces, buffer by buffer; the table lasts until it is released. */
export function piecesOf(tensors: readonly Tensor[]): Pieces {
  const { gpu } = tensors[0] ?? missing();
  return gpu.lasting(() => scopedPieces(tensors));
}

function scopedPieces(tensors: readonly Tensor[]): Pieces {
  const { gpu } = tensors[0]!;
  const byStorage = new Map<
    Storage,
    { tensor: number; at: number; count: number; sum: number }[]
  >();
  let sums = 0;
  tensors.forEach(({ storage, byteOffset, size }, tensor) => {
    const own = byStorage.get(storage) ?? [];
    byStorage.set(storage, own);
    for (let first = 0; first < size; first += PIECE) {
      const count = Math.min(PIECE, size - first);
      own.push({ tensor, at: byteOffset / 4 + first, count, sum: sums++ });
    }
  });
  const most = bindable(gpu, 4, PIECE);
  const table: number[] = [];
  const views: PieceView[] = [];
  for (const pieces of byStorage.values()) {
    let view: PieceView | null = null;
    for (const { tensor, at, count, sum } of pieces.sort((a, b) => a.at - b.at)) {
      if (!view || at + count - view.byteOffset / 4 > most) {
        const firstRow = table.length / 4;
        view = { tensor, byteOffset: 4 * at, values: 0, firstRow, rows: 0 };
        views.push(view);
      }
      view.values = at + count - view.byteOffset / 4;
      view.rows++;
      table.push(at - view.byteOffset / 4, count, sum, tensor);
    }
  }
  return { table: Tensor.from(gpu, table, [sums, 4], "u32"), views };
}

function missing(): never {
  throw new RangeError("Cannot run clipNorm: there is no gradient to measure");
}
