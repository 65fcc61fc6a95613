import { assertEquals } from "@std/assert";
import * as ops from "../../../../../gpu/ops/array/elementwise/unary.ts";
import { backward, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { unary as references } from "../../../../reference/array/unary.ts";
import { assertClose, checkOp, ELEMENTWISE, gpuTest, noiseArray } from "../../../../support.ts";

// Inputs keep away from kinks and clamps by more than the step of the central differences.
const RANGE: Partial<Record<keyof typeof references, [number, number]>> = {
  exp: [-3, 3],
  log: [0.01, 4],
  sqrt: [0.01, 4],
  reciprocal: [0.2, 3],
  safeInverseSigmoid: [0.01, 0.99],
  safeSigmoid: [-9, 9],
  softplus: [-12, 12],
  gelu: [-4, 4],
};

for (const name of Object.keys(references) as (keyof typeof references)[]) {
  for (const shape of [[1], [7], [3, 89], [1031]]) {
    gpuTest(`${name} [${shape}]`, (gpu) =>
      checkOp(gpu, {
        inputs: [noiseArray(1, shape, ...(RANGE[name] ?? [-2, 2]))],
        op: ops[name],
        reference: references[name],
        // The standard grants exp and log a few units in the last place.
        tolerance: { atol: 1e-6, rtol: 2e-6 },
      }));
  }
}

gpuTest("scale, addScalar and clamp take numbers", async (gpu) => {
  const x = noiseArray(2, [1, 133]);
  const cases: [(x: Tensor) => Tensor, (v: number) => number][] = [
    [(x) => ops.scale(x, -2.5), (v) => -2.5 * v],
    [(x) => ops.addScalar(x, 0.75), (v) => v + 0.75],
    [(x) => ops.clamp(x, -0.25, 0.5), (v) => Math.min(Math.max(v, -0.25), 0.5)],
  ];
  for (const [op, f] of cases) {
    await checkOp(gpu, {
      inputs: [x],
      op,
      reference: (x) => ({ shape: x.shape, data: x.data.map(f) }),
      tolerance: ELEMENTWISE,
    });
  }
});

gpuTest("safe sigmoid and its inverse reach the published values", async (gpu) => {
  const y = ops.safeSigmoid(Tensor.from(gpu, [-20, -9.21, -1, 0, 0.5, 20]));
  assertClose(
    await y.read("f32"),
    [0.00010002, 0.00010002, 0.26894143, 0.5, 0.62245935, 0.99989998],
    { atol: 1e-8, rtol: 1e-6 },
  );
  const x = ops.safeInverseSigmoid(Tensor.from(gpu, [0, 0.25, 0.5, 1]));
  assertClose(await x.read("f32"), [-9.2102404, -1.0986123, 0, 9.2100747], ELEMENTWISE);
});

gpuTest("gradients at kinks, clamps and far out", async (gpu) => {
  const gradient = async (op: (x: Tensor) => Tensor, values: number[]) => {
    const x = variable(Tensor.from(gpu, values));
    const y = op(x);
    backward(y, Tensor.from(gpu, values.map(() => 1)));
    return [...await x.gradient!.read("f32")];
  };
  assertEquals(await gradient(ops.relu, [-1, 0, 2]), [0, 0, 1]);
  assertEquals(await gradient(ops.abs, [-3, 0, 2]), [-1, 0, 1]);
  assertEquals(await gradient(ops.softplus, [-200, 30, 1e30]), [0, 1, 1]);
  assertEquals(await gradient(ops.safeSigmoid, [-9.3, 9.3]), [0, 0]);
  assertEquals(await gradient(ops.safeInverseSigmoid, [0, 1]), [0, 0]);
  assertEquals(await gradient((x) => ops.clamp(x, -1, 1), [-1, 1, 1.5]), [1, 1, 0]);
  const far = await ops.softplus(Tensor.from(gpu, [-200, -20, 30, 1e30])).read("f32");
  assertClose(far, [0, Math.exp(-20), 30, Math.fround(1e30)], { atol: 1e-14, rtol: 4e-6 });
  assertClose(await ops.tanh(Tensor.from(gpu, [-1e30, 1e-6, 50])).read("f32"), [-1, 1e-6, 1], {
    atol: 0,
    rtol: 1e-6,
  });
});

const WITH_NAN = {
  ...ops,
  clamp: (x: Tensor) => ops.clamp(x, 0, 2),
  scale: (x: Tensor) => ops.scale(x, 2),
};
for (
  const name of [
    "relu",
    "softplus",
    "clamp",
    "scale",
    "sigmoid",
    "safeSigmoid",
    "exp",
    "log",
    "abs",
    "tanh",
    "gelu",
    "sqrt",
  ] as const
) {
  gpuTest(`NaN passes through ${name}`, async (gpu) => {
    const [nan, one] = await WITH_NAN[name](Tensor.from(gpu, [NaN, 1])).read("f32");
    assertEquals([nan, Number.isNaN(one)], [NaN, false]);
  });
}

gpuTest("exp and log at the ends of their ranges", async (gpu) => {
  const far = Tensor.from(gpu, [-Infinity, -200, 200, Infinity]);
  assertEquals([...await ops.exp(far).read("f32")], [0, 0, Infinity, Infinity]);
  const x = Tensor.from(gpu, [0, -0, -1, -Infinity, Infinity]);
  assertEquals([...await ops.log(x).read("f32")], [-Infinity, -Infinity, NaN, NaN, Infinity]);
});

// A window of 1024 values stands in for the adapter's limit.
gpuTest("a tensor larger than one binding is taken in pieces", (gpu) =>
  checkOp(gpu, {
    inputs: [noiseArray(3, [2051])],
    op: ops.tanh,
    reference: references.tanh,
    tolerance: ELEMENTWISE,
  }), { tuning: { mostBound: 4096 } });
