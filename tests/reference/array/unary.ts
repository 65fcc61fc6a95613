import type { F64 } from "../../support.ts";

const map = (f: (value: number) => number) => ({ shape, data }: F64): F64 => ({
  shape,
  data: data.map(f),
});
const sigma = (x: number) => 1 / (1 + Math.exp(-x));

/** Error function by its Maclaurin series, exact in doubles for |x| < 4. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 120; n++) {
    term *= -x * x / n;
    sum += term / (2 * n + 1);
  }
  return 2 / Math.sqrt(Math.PI) * sum;
}

/** Functions of one value, in doubles, by the name of the operator. */
export const unary = {
  negate: map((x) => -x),
  exp: map(Math.exp),
  log: map(Math.log),
  sqrt: map(Math.sqrt),
  square: map((x) => x * x),
  reciprocal: map((x) => 1 / x),
  abs: map(Math.abs),
  relu: map((x) => Math.max(x, 0)),
  sigmoid: map(sigma),
  safeSigmoid: map((x) => sigma(Math.min(Math.max(x, -9.21), 9.21))),
  safeInverseSigmoid: map((x) => {
    const p = Math.min(Math.max(x, 0.0001), 0.9999);
    return Math.log(p / (1 - p));
  }),
  softplus: map((x) => x > 20 ? x : Math.log1p(Math.exp(x))),
  tanh: map(Math.tanh),
  gelu: map((x) => 0.5 * x * (1 + erf(x / Math.SQRT2))),
};
