import { assertEquals, assertThrows } from "@std/assert";
import { expand } from "../../../../../gpu/ops/array/reduce/expand.ts";
import { max } from "../../../../../gpu/ops/array/reduce/max.ts";
import { mean, sum } from "../../../../../gpu/ops/array/reduce/sum.ts";
import { backward, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { broadcast } from "../../../../reference/array/broadcast.ts";
import { reductions } from "../../../../reference/array/reduce.ts";
import { checkOp, gpuTest, noise, noiseArray, withGpu } from "../../../../support.ts";

const ops = { sum, mean, max };

for (const name of ["sum", "mean", "max"] as const) {
  for (
    const [shape, axes, keepDims] of [
      [[1], [0], false],
      [[7], [0], true],
      [[5, 131], [1], false],
      [[5, 132], [1], true],
      [[19, 67], [1], false],
      [[131, 5], [0], false],
      [[131, 8], [0], false],
      [[2, 3, 5, 7], [1, 3], false],
      [[2, 3, 4, 7], [0, 2], true],
      [[4, 1, 3], [1], false],
      [[8197], [0], false],
      [[3, 4100], [0, 1], false],
    ] as [number[], number[], boolean][]
  ) {
    gpuTest(
      `${name} of [${shape}] over [${axes}]${keepDims ? " kept" : ""}`,
      (gpu) =>
        checkOp(gpu, {
          inputs: [noiseArray(1, shape)],
          op: (x) => ops[name](x, axes, { keepDims }),
          reference: (x) => reductions[name](x, axes, keepDims),
          samples: 12,
        }),
    );
  }
}

gpuTest("all axes by default, negative ones from the end", async (gpu) => {
  const x = noiseArray(2, [3, 5]);
  const reference = (axes?: number[]) => () => reductions.sum(x, axes);
  await checkOp(gpu, { inputs: [x], op: (x) => sum(x), reference: reference() });
  await checkOp(gpu, { inputs: [x], op: (x) => sum(x, -1), reference: reference([1]) });
  assertThrows(
    () => sum(Tensor.zeros(gpu, [2]), 1),
    RangeError,
    "Cannot run sum: there is no axis 1 of 1",
  );
});

gpuTest("the gradient of a maximum goes to the first one", async (gpu) => {
  const x = variable(Tensor.from(gpu, [1, 4, 4, 2, 4, 2], [2, 3]));
  backward(max(x, 1), Tensor.from(gpu, [3, 5]));
  assertEquals([...await x.gradient!.read("f32")], [0, 3, 0, 0, 5, 0]);
});

gpuTest("sums have the same bits twice, and empty ones are 0", async (gpu) => {
  const x = Tensor.from(gpu, Float32Array.from(noise(3, 70001)));
  assertEquals(await sum(x).read(), await sum(x).read());
  assertEquals([...await sum(Tensor.zeros(gpu, [0, 3]), 0).read("f32")], [0, 0, 0]);
  assertThrows(() => max(Tensor.zeros(gpu, [0, 3]), 0), RangeError, "Cannot run max: [0,3]");
});

gpuTest("negative infinity and NaN in a maximum", async (gpu) => {
  const y = max(Tensor.from(gpu, [-Infinity, -Infinity, 1, NaN], [2, 2]), 1);
  assertEquals([...await y.read("f32")], [-Infinity, NaN]);
});

for (
  const [from, to] of [[[1], [5]], [[3, 1], [3, 7]], [[4], [3, 4]], [[2, 1, 3], [5, 2, 4, 3]]] as [
    number[],
    number[],
  ][]
) {
  gpuTest(`expand [${from}] to [${to}]`, (gpu) =>
    checkOp(gpu, {
      inputs: [noiseArray(4, from)],
      op: (x) => expand(x, to),
      reference: (x) =>
        broadcast((a) => a)(x, { shape: to, data: new Float64Array(to.reduce((p, q) => p * q)) }),
    }));
}

gpuTest("reductions of a tensor larger than one binding", async (gpu) => {
  for (const axes of [[0], [1], [0, 1]]) {
    for (const name of ["mean", "max"] as const) {
      await checkOp(gpu, {
        inputs: [noiseArray(5, [307, 9])],
        op: (x) => ops[name](x, axes),
        reference: (x) => reductions[name](x, axes),
        samples: 8,
      });
    }
  }
}, { tuning: { mostBound: 4096 } });

Deno.test({
  name: "rows shared by eight threads, as on hardware",
  sanitizeResources: false,
  sanitizeOps: false,
  fn: () =>
    withGpu(async (gpu) => {
      Object.assign(gpu.name, { software: false });
      for (const shape of [[9, 67], [21, 132]]) {
        for (const name of ["sum", "max"] as const) {
          await checkOp(gpu, {
            inputs: [noiseArray(6, shape)],
            op: (x) => ops[name](x, 1),
            reference: (x) => reductions[name](x, [1]),
          });
        }
      }
    }, {}),
});
