import { Kernel } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { slice } from "../../../binding/slice.ts";
import { accumulate, record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { reduceSnippet } from "../../../wgsl/reduce.ts";
import { lanesFor, rowReduceSnippet } from "../../../wgsl/row_reduce.ts";
import { inRows } from "../../../binding/rows.ts";
import { reduceAxes } from "../../array/reduce/reduce.ts";
import forwardSource from "./layer_norm.wgsl" with { type: "text" };
import forwardVectorsSource from "./layer_norm_vectors.wgsl" with { type: "text" };
import backwardSource from "./layer_norm_backward.wgsl" with { type: "text" };
import backwardVectorsSource from "./layer_norm_backward_vectors.wgsl" with { type: "text" };
import affineSource from "./layer_norm_backward_affine.wgsl" with { type: "text" };
import affineVectorsSource from "./layer_norm_backward_affine_vectors.wgsl" with { type: "text" };

const include = [rowReduceSnippet];
const forward = new Kernel("gpu/ops/nn/norm/layer_norm.wgsl", forwardSource, { include });
const forwardVectors = new Kernel("gpu/ops/nn/norm/layer_norm_vectors.wgsl", forwardVectorsSource, {
  include,
});
const backward = new Kernel("gpu/ops/nn/norm/layer_norm_backward.wgsl", backwardSource, {
  include,
});
const backwardVectors = new Kernel(
  "gpu/ops/nn/norm/layer_norm_backward_vectors.wgsl",
  backwardVectorsSource,
  { include },
);
const affine = new Kernel("gpu/ops/nn/norm/layer_norm_backward_affine.wgsl", affineSource, {
  include: [reduceSnippet],
});
const affineVectors = new Kernel(
  "gpu/ops/nn/norm/layer_norm_backward_affine_vectors.wgsl",
  affineVectorsSource,
);

const LEAST_ROWS = 16;

/**
 * Normalises the last axis to mean 0 and (biased) variance 1, then scales and shifts it:
 * x [..., channels], weight and bias [channels] (Ba et al. 2016).
 */
export function layerNorm(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  { eps = 1e-5 }: { eps?: number } = {},
): Tensor {
  const { leading: rows, channels } = checkShapes("layerNorm", {
    x: [x, "...", "channels"],
    weight: [weight, "channels"],
    bias: [bias, "channels"],
  });
  const { gpu } = x;
  const whole = channels % 4 === 0;
  const sizesOf = (rows: number) => whole ? { vectors: channels / 4, rows } : { channels, rows };
  const LANES = lanesFor(gpu, channels);
  const y = Tensor.empty(gpu, x.shape);
  const stats = Tensor.empty(gpu, [rows, 2]);
  inRows(rows, { x, y, stats }, (pieces, rows) => {
    const kernel = whole ? forwardVectors : forward;
    kernel.dispatch(gpu, { ...pieces, weight, bias }, { ...sizesOf(rows), eps }, {
      threads: rows * LANES,
    }, { LANES });
  });
  return record("layerNorm", [x, weight, bias], y, (dy, needs) => {
    const dx = needs[0] ? Tensor.empty(gpu, x.shape) : null;
    let affine: [Tensor, Tensor] | null = null;
    inRows(rows, { x, stats, dy, ...dx && { dx } }, (pieces, rows) => {
      if (pieces.dx) {
        const kernel = whole ? backwardVectors : backward;
        kernel.dispatch(gpu, { ...pieces, weight }, sizesOf(rows), {
          threads: rows * LANES,
        }, { LANES });
      }
      if (!needs[1] && !needs[2]) return;
      const { x, stats, dy } = pieces;
      const part = affineGradients({ x, stats, dy }, { rows, channels });
      if (!affine) affine = part;
      else affine.forEach((sum, i) => accumulate(sum, part[i]!));
    });
    return [dx, ...(affine ?? [null, null])];
  });
}

/** Gradients of weight and bias: sums over all rows, in parts that are added in order. */
function affineGradients(
  { x, stats, dy }: Readonly<Record<"x" | "stats" | "dy", Tensor>>,
  { rows, channels }: { readonly rows: number; readonly channels: number },
): [Tensor, Tensor] {
  const { gpu } = x;
  if (channels % 4 || !rows) {
    const [dweight, dbias] = [Tensor.empty(gpu, [channels]), Tensor.empty(gpu, [channels])];
    affine.dispatch(gpu, { x, stats, dy, dweight, dbias }, { channels, rows }, {
      groups: channels,
    });
    return [dweight, dbias];
  }
  const per_part = Math.max(LEAST_ROWS, Math.ceil(rows / gpu.tuning.rowParts));
  const parts = Math.ceil(rows / per_part);
  const vectors = channels / 4;
  // Both sums are views of one tensor, so each starts where a binding may: at 256 bytes.
  const stride = Math.ceil(channels / 64) * 16;
  const partial = Tensor.empty(gpu, [parts, 8 * stride]);
  affineVectors.dispatch(gpu, { x, stats, dy, partial }, { vectors, rows, per_part, stride }, {
    threads: parts * vectors,
  });
  const sums = reduceAxes(partial, [0], [8 * stride]);
  return [slice(sums, 0, channels).view, slice(sums, 4 * stride, channels).view];
}
