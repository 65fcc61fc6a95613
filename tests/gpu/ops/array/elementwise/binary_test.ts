import { assertEquals, assertThrows } from "@std/assert";
import * as ops from "../../../../../gpu/ops/array/elementwise/binary.ts";
import { backward, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { broadcast } from "../../../../reference/array/broadcast.ts";
import { checkOp, ELEMENTWISE, gpuTest, noiseArray } from "../../../../support.ts";

const references = {
  add: broadcast((a, b) => a + b),
  subtract: broadcast((a, b) => a - b),
  multiply: broadcast((a, b) => a * b),
  divide: broadcast((a, b) => a / b),
  maximum: broadcast(Math.max),
  minimum: broadcast(Math.min),
};
const names = Object.keys(references) as (keyof typeof references)[];

for (
  const [a, b] of [
    [[1], [1]],
    [[], [5]],
    [[67, 13], [67, 13]],
    [[3, 5, 8], [8]],
    [[3, 5, 8], [3, 1, 1]],
    [[7, 12], [7, 1]],
    [[1], [9, 7]],
  ]
) {
  for (const name of names) check(name, a!, b!);
}

// Every way of reading an operand, and every number of axes that cannot be merged.
for (
  const [a, b] of [
    [[5, 7], [7]],
    [[7, 5], [7, 1]],
    [[2, 3, 4, 5], [3, 1, 1]],
    [[7, 1], [1, 5]],
    [[2, 1, 3, 1], [1, 5, 1, 2]],
    [[2, 1, 3, 1, 2], [1, 3, 1, 2, 1]],
    [[2, 1, 2, 1, 3, 1], [1, 2, 1, 3, 1, 2]],
    [[257, 1], [1, 3]],
    [[0, 3], [3]],
  ]
) {
  check("multiply", a!, b!);
}

function check(name: keyof typeof references, a: number[], b: number[]): void {
  gpuTest(`${name} [${a}] and [${b}]`, (gpu) =>
    checkOp(gpu, {
      inputs: [noiseArray(1, a, 0.5, 2), noiseArray(2, b, 0.5, 2)],
      op: ops[name],
      reference: references[name],
      tolerance: ELEMENTWISE,
    }));
}

gpuTest("equal values share the gradient of a maximum", async (gpu) => {
  for (const op of [ops.maximum, ops.minimum]) {
    const a = variable(Tensor.from(gpu, [1, 3]));
    const b = variable(Tensor.from(gpu, [1, 3]));
    backward(op(a, b), Tensor.from(gpu, [2, 4]));
    assertEquals([...await a.gradient!.read("f32")], [1, 2]);
    assertEquals([...await b.gradient!.read("f32")], [1, 2]);
  }
});

gpuTest("a tensor times itself", (gpu) =>
  checkOp(gpu, {
    inputs: [noiseArray(4, [37])],
    op: (x) => ops.multiply(x, x),
    reference: (x) => references.multiply(x, x),
  }));

gpuTest("NaN wins a maximum on either side", async (gpu) => {
  const y = ops.maximum(Tensor.from(gpu, [NaN, 1]), Tensor.from(gpu, [1, NaN]));
  assertEquals([...await y.read("f32")].map(Number.isNaN), [true, true]);
});

gpuTest("shapes that do not broadcast are named", (gpu) => {
  assertThrows(
    () => ops.add(Tensor.zeros(gpu, [2, 3]), Tensor.zeros(gpu, [2])),
    RangeError,
    "Cannot run add: shapes [2,3] and [2] do not broadcast at axis 1",
  );
});

gpuTest("broadcasting larger than one binding", async (gpu) => {
  for (const b of [[257, 9], [9], [257, 1], []]) {
    await checkOp(gpu, {
      inputs: [noiseArray(5, [257, 9]), noiseArray(6, b, 1, 2)],
      op: ops.divide,
      reference: references.divide,
      tolerance: ELEMENTWISE,
    });
  }
}, { tuning: { mostBound: 4096 } });
