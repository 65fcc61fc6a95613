import { Kernel } from "../kernel.ts";
import { Tensor } from "../tensor.ts";
import { reduceSnippet } from "../wgsl/reduce.ts";
import { inElements } from "../binding/rows.ts";
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

/** Measures gradients against the largest joint norm allowed (Infinity: no limit); changes none. */
export function clipNorm(gradients: readonly Tensor[], largest: number): ClippedNorm {
  const { gpu } = gradients[0] ?? missing();
  if (!(largest > 0)) {
    throw new RangeError(
      `Cannot run clipNorm: the largest norm is ${largest}, it must be positive`,
    );
  }
  const pieces = gradients.reduce((sum, { size }) => sum + Math.ceil(size / PIECE), 0);
  using scope = gpu.scope();
  const partial = Tensor.empty(gpu, [pieces]);
  const result = {
    norm: Tensor.empty(gpu, [1]),
    factor: Tensor.empty(gpu, [1]),
    broken: Tensor.zeros(gpu, [gradients.length], "u32"),
    brokenTotal: Tensor.empty(gpu, [1], "u32"),
  };
  let first = 0;
  gradients.forEach((gradient, tensor) => {
    const { broken } = result;
    inElements({ gradient }, (pieces, count) => {
      const groups = Math.ceil(count / PIECE);
      squaresKernel.dispatch(
        gpu,
        { ...pieces, partial, broken },
        { count, groups, first, tensor },
        { groups },
      );
      first += groups;
    }, { step: PIECE });
  });
  factorKernel.dispatch(
    gpu,
    {
      partial,
      broken: result.broken,
      norm: result.norm,
      factor: result.factor,
      total: result.brokenTotal,
    },
    // Drivers need not compute with Infinity; 1e30 limits nothing that is left finite either.
    { partials: pieces, tensors: gradients.length, largest: Math.min(largest, 1e30) },
    { groups: 1 },
  );
  scope.keep(Object.values(result));
  return result;
}

function missing(): never {
  throw new RangeError("Cannot run clipNorm: there is no gradient to measure");
}
