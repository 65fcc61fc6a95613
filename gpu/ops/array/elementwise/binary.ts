import { Kernel } from "../../../kernel.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { inElements } from "../../../binding/rows.ts";
import { stridedSnippet } from "../../../wgsl/strided.ts";
import { sumTo } from "../reduce/reduce.ts";
import { broadcastPlan, broadcastShape, FETCH, fetchOf, innerOuter } from "../strides.ts";
import source from "./binary.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/array/elementwise/binary.wgsl", source, {
  include: [stridedSnippet],
  padded: true,
});

// The cases of the kernel's switch.
const CODE = {
  add: 0,
  subtract: 1,
  multiply: 2,
  divide: 3,
  maximum: 4,
  minimum: 5,
  winnerShare: 6,
  negativeProduct: 7,
} as const;

/** Applies a function of two values with broadcasting, without a place on the tape. */
function apply(name: keyof typeof CODE, a: Tensor, b: Tensor): Tensor {
  const { gpu } = a;
  const shape = broadcastShape(name, a.shape, b.shape);
  const y = Tensor.empty(gpu, shape);
  if (!y.size) return y;
  const plan = broadcastPlan(name, shape, [a.shape, b.shape]);
  const fetches = [fetchOf(plan, 0), fetchOf(plan, 1)] as const;
  const [inner, outer] = innerOuter(plan.extents);
  const [a_inner, a_outer] = innerOuter(plan.strides[0]!);
  const [b_inner, b_outer] = innerOuter(plan.strides[1]!);
  const [a_mode, b_mode] = [fetches[0].mode, fetches[1].mode];
  const windowed = {
    y,
    ...a_mode === FETCH.same && { a },
    ...b_mode === FETCH.same && { b },
  };
  inElements(windowed, (pieces, count, start) => {
    kernel.dispatch(
      gpu,
      { a, b, ...pieces },
      {
        count,
        start,
        a_divide: fetches[0].divide,
        a_modulo: fetches[0].modulo,
        b_divide: fetches[1].divide,
        b_modulo: fetches[1].modulo,
        inner,
        outer,
        a_inner,
        a_outer,
        b_inner,
        b_outer,
      },
      { threads: Math.ceil(count / 4) },
      { op: CODE[name], a_mode, b_mode, rank: plan.extents.length },
    );
  });
  return y;
}

/** a + b, broadcast. */
export function add(a: Tensor, b: Tensor): Tensor {
  return record(
    "add",
    [a, b],
    apply("add", a, b),
    (dy, needs) => [needs[0] ? sumTo(dy, a.shape) : null, needs[1] ? sumTo(dy, b.shape) : null],
  );
}

/** a - b, broadcast. */
export function subtract(a: Tensor, b: Tensor): Tensor {
  return record("subtract", [a, b], apply("subtract", a, b), (dy, needs) => [
    needs[0] ? sumTo(dy, a.shape) : null,
    needs[1] ? sumTo(dy, b.shape, -1) : null,
  ]);
}

/** a times b, elementwise and broadcast. */
export function multiply(a: Tensor, b: Tensor): Tensor {
  return record("multiply", [a, b], apply("multiply", a, b), (dy, needs) => [
    needs[0] ? sumTo(apply("multiply", dy, b), a.shape) : null,
    needs[1] ? sumTo(apply("multiply", dy, a), b.shape) : null,
  ]);
}

/** a / b, elementwise and broadcast. */
export function divide(a: Tensor, b: Tensor): Tensor {
  const y = apply("divide", a, b);
  return record("divide", [a, b], y, (dy, needs) => [
    needs[0] ? sumTo(apply("divide", dy, b), a.shape) : null,
    needs[1] ? sumTo(apply("divide", apply("negativeProduct", dy, y), b), b.shape) : null,
  ]);
}

/** The larger of a and b, broadcast; where they are equal each gets half of the gradient. */
export function maximum(a: Tensor, b: Tensor): Tensor {
  return record("maximum", [a, b], apply("maximum", a, b), (dy, needs) => [
    needs[0] ? sumTo(whereLarger(dy, a, b), a.shape) : null,
    needs[1] ? sumTo(whereLarger(dy, b, a), b.shape) : null,
  ]);
}

/** The smaller of a and b, broadcast; where they are equal each gets half of the gradient. */
export function minimum(a: Tensor, b: Tensor): Tensor {
  return record("minimum", [a, b], apply("minimum", a, b), (dy, needs) => [
    needs[0] ? sumTo(whereLarger(dy, b, a), a.shape) : null,
    needs[1] ? sumTo(whereLarger(dy, a, b), b.shape) : null,
  ]);
}

/** dy where p is larger than q, half of it where they are equal, 0 elsewhere. */
function whereLarger(dy: Tensor, p: Tensor, q: Tensor): Tensor {
  return apply("multiply", dy, apply("winnerShare", p, q));
}
