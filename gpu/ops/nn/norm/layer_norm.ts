import { Kernel } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { accumulate, record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { byWidth, VALUES, widthOf } from "../../../wgsl/elements/elements.ts";
import { lanesFor, rowReduceSnippet } from "../../../wgsl/row_reduce.ts";
import { inRows } from "../../../binding/rows.ts";
import { reduceAxes } from "../../array/reduce/reduce.ts";
import forwardSource from "./layer_norm.wgsl" with { type: "text" };
import backwardSource from "./layer_norm_backward.wgsl" with { type: "text" };
import affineSource from "./layer_norm_backward_affine.wgsl" with { type: "text" };

const forward = byWidth(
  VALUES,
  (element) =>
    new Kernel("gpu/ops/nn/norm/layer_norm.wgsl", forwardSource, {
      include: [element, rowReduceSnippet],
    }),
);
const backward = byWidth(
  VALUES,
  (element) =>
    new Kernel("gpu/ops/nn/norm/layer_norm_backward.wgsl", backwardSource, {
      include: [element, rowReduceSnippet],
    }),
);
const affine = byWidth(
  VALUES,
  (element) =>
    new Kernel("gpu/ops/nn/norm/layer_norm_backward_affine.wgsl", affineSource, {
      include: [element],
    }),
);

// Rows that one thread adds up. On a processor a few thousand are one part, which needs no second pass.
const LEAST_ROWS = { serial: 4096, workgroup: 16 };

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
  const wide = widthOf(channels);
  const elements = channels / wide;
  const LANES = lanesFor(gpu, channels);
  const y = Tensor.empty(gpu, x.shape);
  const stats = Tensor.empty(gpu, [rows, 2]);
  inRows(rows, { x, y, stats }, (pieces, rows) => {
    forward[wide].dispatch(gpu, { ...pieces, weight, bias }, { elements, rows, eps }, {
      threads: rows * LANES,
    }, { LANES });
  });
  return record("layerNorm", [x, weight, bias], y, (dy, needs) => {
    const dx = needs[0] ? Tensor.empty(gpu, x.shape) : null;
    let affine: [Tensor, Tensor] | null = null;
    inRows(rows, { x, stats, dy, ...dx && { dx } }, (pieces, rows) => {
      if (pieces.dx) {
        backward[wide].dispatch(gpu, { ...pieces, weight }, { elements, rows }, {
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
  const per_part = Math.max(
    LEAST_ROWS[gpu.tuning.channelSums],
    Math.ceil(rows / gpu.tuning.rowParts),
  );
  const parts = Math.ceil(rows / per_part);
  const wide = widthOf(channels);
  const elements = channels / wide;
  // Both sums are views of one tensor, so each starts where a binding may: at 256 bytes.
  const length = Math.ceil(channels / 64) * 64;
  const partial = Tensor.empty(gpu, [parts, 2 * length]);
  affine[wide].dispatch(
    gpu,
    { x, stats, dy, partial },
    { elements, rows, per_part, stride: length / wide },
    { threads: parts * elements },
  );
  const sums = parts === 1 ? partial.alias([2 * length]) : reduceAxes(partial, [0], [2 * length]);
  return [sums.window(0, channels), sums.window(length, length + channels)];
}
