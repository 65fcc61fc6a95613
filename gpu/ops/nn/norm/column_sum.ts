import { bindable, runsOf } from "../../../binding/limit.ts";
import { slice, sliceable } from "../../../binding/slice.ts";
import { Kernel } from "../../../kernel.ts";
import { Tensor } from "../../../tensor.ts";
import {
  type Activation,
  ACTIVATION_CODE,
  activationGradient,
  activationSnippets,
} from "../activation.ts";
import { reduceGemm } from "../gemm/gemm.ts";
import activationSource from "./activation_backward_columns.wgsl" with { type: "text" };
import source from "./column_sum.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/nn/norm/column_sum.wgsl", source);

const activationKernel = new Kernel(
  "gpu/ops/nn/norm/activation_backward_columns.wgsl",
  activationSource,
  { include: activationSnippets },
);

// Rows that one thread adds up: enough parts for a large GPU, few enough for the second pass. A
// processor has no use for parts, of which a few thousand rows are one.
const PART = { serial: 4096, workgroup: 256 };

/** Sums x [rows, cols] over its rows, in parts that are then added in order: [cols]. */
export function sumRows(x: Tensor): Tensor {
  const { gpu } = x;
  const [rows, cols] = x.shape as [number, number];
  const sum = Tensor.empty(gpu, [cols]);
  const fit = Math.max(1, Math.floor(sliceable(gpu) / Math.max(1, cols)));
  const perPart = Math.min(PART[gpu.tuning.channelSums], fit);
  const most = Math.floor(fit / perPart) * perPart;
  const parts = Math.ceil(rows / perPart);
  const partial = parts === 1 ? sum : Tensor.empty(gpu, [Math.max(1, parts), cols]);
  for (const { first, count } of runsOf(rows, most)) {
    const { view, start } = slice(x, first * cols, count * cols);
    kernel.dispatch(
      gpu,
      { x: view, partial },
      {
        rows: count,
        cols,
        start,
        per_part: perPart,
        first_part: first / perPart,
      },
      { threads: Math.ceil(count / perPart) * cols },
    );
    view.release();
  }
  if (parts === 1) return sum;
  const c = { tensor: sum, row: cols, col: 1, batch: 0 };
  if (cols > 0) reduceGemm({ rows: 1, cols, batches: 1, c }, partial, parts);
  partial.release();
  return sum;
}

/** What comes back to a sum of products with a bias of its columns, before the activation. */
export interface SumGradient {
  /** Of the sum [rows, cols], in the shape of dy. */
  readonly dz: Tensor;
  /** Of the bias [cols], where it is wanted. */
  readonly dbias: Tensor | null;
}

/** Gradients of z + bias from that of y = activation(z + bias), whose last axis has `cols` values. */
export function biasedGradient(
  dy: Tensor,
  y: Tensor,
  { cols, kind, biased }: {
    readonly cols: number;
    readonly kind: Exclude<Activation, "gelu">;
    readonly biased: boolean;
  },
): SumGradient {
  const { gpu, size } = dy;
  const rows = cols ? size / cols : 0;
  const { serial } = PART;
  const together = gpu.tuning.channelSums === "serial" && kind !== "none" && biased &&
    rows > 0 && rows <= serial && size <= bindable(gpu);
  if (!together) {
    const dz = activationGradient(dy, y, kind);
    return { dz, dbias: biased ? sumRows(dz.alias([rows, cols])) : null };
  }
  const dz = Tensor.empty(gpu, dy.shape);
  const sum = Tensor.empty(gpu, [cols]);
  activationKernel.dispatch(gpu, { dy, y, dz, sum }, { rows, cols }, { threads: cols }, {
    KIND: ACTIVATION_CODE[kind],
  });
  return { dz, dbias: sum };
}
