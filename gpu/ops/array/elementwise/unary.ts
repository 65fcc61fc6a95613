import { Kernel } from "../../../kernel.ts";
import { record } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import { inElements } from "../../../binding/rows.ts";
import { normalCdfSnippet } from "../../../wgsl/normal_cdf.ts";
import forwardSource from "./unary.wgsl" with { type: "text" };
import backwardSource from "./unary_backward.wgsl" with { type: "text" };

const forward = new Kernel("gpu/ops/array/elementwise/unary.wgsl", forwardSource, {
  include: [normalCdfSnippet],
  padded: true,
});
const backward = new Kernel("gpu/ops/array/elementwise/unary_backward.wgsl", backwardSource, {
  include: [normalCdfSnippet],
  padded: true,
});

// The cases of both kernels' switch.
const CODE = {
  scale: 0,
  addScalar: 1,
  exp: 2,
  log: 3,
  sqrt: 4,
  square: 5,
  reciprocal: 6,
  abs: 7,
  relu: 8,
  sigmoid: 9,
  safeSigmoid: 10,
  safeInverseSigmoid: 11,
  softplus: 12,
  tanh: 13,
  gelu: 14,
  clamp: 15,
} as const;

function unary(name: keyof typeof CODE, x: Tensor, low = 0, high = 0): Tensor {
  const { gpu } = x;
  const constants = { op: CODE[name] };
  const y = Tensor.empty(gpu, x.shape);
  inElements({ x, y }, (pieces, count) => {
    forward.dispatch(gpu, pieces, { count, low, high }, {
      threads: Math.ceil(count / 4),
    }, constants);
  });
  return record(name, [x], y, (dy) => {
    if (name === "addScalar") return [dy];
    const dx = Tensor.empty(gpu, x.shape);
    inElements({ x, y, dy, dx }, (pieces, count) => {
      backward.dispatch(gpu, pieces, { count, low, high }, {
        threads: Math.ceil(count / 4),
      }, constants);
    });
    return [dx];
  });
}

/** x times a number. */
export const scale = (x: Tensor, factor: number): Tensor => unary("scale", x, factor);

/** x plus a number. */
export const addScalar = (x: Tensor, term: number): Tensor => unary("addScalar", x, term);

/** -x. */
export const negate = (x: Tensor): Tensor => unary("scale", x, -1);

/** e to the power of x. */
export const exp = (x: Tensor): Tensor => unary("exp", x);

/** Natural logarithm. */
export const log = (x: Tensor): Tensor => unary("log", x);

/** Square root. */
export const sqrt = (x: Tensor): Tensor => unary("sqrt", x);

/** x squared. */
export const square = (x: Tensor): Tensor => unary("square", x);

/** 1 / x. */
export const reciprocal = (x: Tensor): Tensor => unary("reciprocal", x);

/** Magnitude, with gradient 0 at 0. */
export const abs = (x: Tensor): Tensor => unary("abs", x);

/** max(x, 0), with gradient 0 at 0. */
export const relu = (x: Tensor): Tensor => unary("relu", x);

/** 1 / (1 + exp(-x)). */
export const sigmoid = (x: Tensor): Tensor => unary("sigmoid", x);

/** The sigmoid of x clamped to ±9.21, with gradient 0 beyond it, so that no value reaches 0 or 1. */
export const safeSigmoid = (x: Tensor): Tensor => unary("safeSigmoid", x, -9.21, 9.21);

/** log(p / (1 - p)) of p clamped to [0.0001, 0.9999], with gradient 0 outside. */
export const safeInverseSigmoid = (p: Tensor): Tensor =>
  unary("safeInverseSigmoid", p, 1 - 0.9999, 0.9999);

/** log(1 + exp(x)), and x itself above 20. */
export const softplus = (x: Tensor): Tensor => unary("softplus", x);

/** Hyperbolic tangent. */
export const tanh = (x: Tensor): Tensor => unary("tanh", x);

/** x times the standard normal distribution function of x (Hendrycks and Gimpel 2016). */
export const gelu = (x: Tensor): Tensor => unary("gelu", x);

/** x limited to [low, high], with gradient 0 outside. */
export const clamp = (x: Tensor, low: number, high: number): Tensor => unary("clamp", x, low, high);
