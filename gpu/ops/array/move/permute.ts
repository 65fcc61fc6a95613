import { Kernel } from "../../../kernel.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { byWidth, widthOf, WORDS } from "../../../wgsl/elements/elements.ts";
import { stridedSnippet } from "../../../wgsl/strided.ts";
import { innerOuter, stridedPlan, stridesOf } from "../strides.ts";
import { asWords } from "../words.ts";
import generalSource from "./permute.wgsl" with { type: "text" };
import registersSource from "./transpose_registers.wgsl" with { type: "text" };
import transposeSource from "./transpose.wgsl" with { type: "text" };

const general = byWidth(
  WORDS,
  (element) =>
    new Kernel("gpu/ops/array/move/permute.wgsl", generalSource, {
      include: [element, stridedSnippet],
    }),
);
const tiled = new Kernel("gpu/ops/array/move/transpose.wgsl", transposeSource);
const registers = new Kernel("gpu/ops/array/move/transpose_registers.wgsl", registersSource);

/** Reorders axes: axis i of the result is axis `axes[i]` of x. */
export function permute(x: Tensor, axes: readonly number[]): Tensor {
  const { length } = x.shape;
  const order = axes.map((axis) => axis < 0 ? axis + length : axis);
  if ([...order].sort((p, q) => p - q).join() !== x.shape.map((_, i) => i).join()) {
    throw new RangeError(
      `Cannot run permute: [${axes}] does not name each of the ${length} axes of [${x.shape}] once`,
    );
  }
  const inverse = order.map((_, i) => order.indexOf(i));
  return record("permute", [x], move(x, order), (dy) => [move(dy, inverse)]);
}

/** Swaps two axes, the last two by default. */
export function transpose(x: Tensor, first = -2, second = -1): Tensor {
  const axes = x.shape.map((_, i) => i);
  const [p, q] = [first, second].map((axis) => axis < 0 ? axis + axes.length : axis);
  return permute(x, axes.map((axis) => axis === p ? q! : axis === q ? p! : axis));
}

function move(x: Tensor, order: readonly number[]): Tensor {
  const { gpu } = x;
  const shape = order.map((axis) => x.shape[axis]!);
  const strides = stridesOf(x.shape);
  const plan = stridedPlan("permute", shape, [order.map((axis) => strides[axis]!)]);
  const { extents } = plan;
  const [steps] = plan.strides as [number[]];
  // Only axes of extent 1 move.
  if (extents.length === 1) return x.alias(shape);
  const y = Tensor.empty(gpu, shape, x.dtype);
  if (!y.size) return y;
  const from = asWords("permute", x);
  const to = asWords("permute", y);
  const [rows, columns, batch = 1] = extents as [number, number, number?];
  const swapsTwo = steps[0] === columns && steps[1] === 1 && extents.length <= 3 &&
    (extents.length === 2 || steps[2] === rows * columns);
  if (swapsTwo && gpu.tuning.tiling === "registers" && rows % 4 === 0 && columns % 4 === 0) {
    const [row_quads, column_quads] = [rows / 4, columns / 4];
    registers.dispatch(gpu, { x: from, y: to }, { batch, row_quads, column_quads }, {
      threads: batch * row_quads * column_quads,
    });
  } else if (swapsTwo) {
    tiled.dispatch(gpu, { x: from, y: to }, { batch, rows, columns }, {
      groups: batch * Math.ceil(rows / 32) * Math.ceil(columns / 32),
    });
  } else {
    // Where the last axis stays in place, whole vectors of it can move.
    const wide = steps[0] === 1 ? widthOf(extents[0]!, ...steps.slice(1)) : 1;
    const [inner, outer] = innerOuter([extents[0]! / wide, ...extents.slice(1)]);
    const [x_inner, x_outer] = innerOuter([steps[0]!, ...steps.slice(1).map((n) => n / wide)]);
    const count = y.size / wide;
    general[wide].dispatch(
      gpu,
      { x: from, y: to },
      { count, inner, outer, x_inner, x_outer },
      { threads: count },
      { rank: extents.length },
    );
  }
  from.release();
  to.release();
  return y;
}
