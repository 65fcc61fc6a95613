import { assertEquals, assertThrows } from "@std/assert";
import { concat } from "../../../../../gpu/ops/array/move/concat.ts";
import { permute, transpose } from "../../../../../gpu/ops/array/move/permute.ts";
import { slice } from "../../../../../gpu/ops/array/move/slice.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import * as references from "../../../../reference/array/rows.ts";
import { checkOp, gpuTest, noiseArray } from "../../../../support.ts";

for (
  const [shapes, axis] of [
    [[[3], [1], [5]], 0],
    [[[2, 3], [2, 4]], 1],
    [[[67, 8], [67, 4], [67, 12]], 1],
    [[[2, 3, 5], [2, 1, 5], [2, 0, 5]], 1],
    [[[3, 2], [4, 2]], 0],
    [[[4, 1]], 0],
  ] as [number[][], number][]
) {
  gpuTest(`concat [${shapes.join("], [")}] along ${axis}`, (gpu) =>
    checkOp(gpu, {
      inputs: shapes.map((shape, i) => noiseArray(i, shape)),
      op: (...tensors) => concat(tensors, axis),
      reference: (...arrays) => references.concat(arrays, axis),
    }));
}

for (
  const [shape, axis, start, end] of [
    [[7], 0, 2, 5],
    [[67, 28], 1, 3, 6],
    [[67, 28], 1, 8, 20],
    [[5, 3, 4], 1, 1, 3],
    [[5, 3], 0, 1, 4],
    [[5, 3], 0, 2, 2],
  ] as [number[], number, number, number][]
) {
  gpuTest(`slice ${start} to ${end} of axis ${axis} of [${shape}]`, (gpu) =>
    checkOp(gpu, {
      inputs: [noiseArray(1, shape)],
      op: (x) => slice(x, axis, start, end),
      reference: (x) => references.slice(x, axis, start, end),
    }));
}

for (
  const [shape, axes] of [
    [[1], [0]],
    [[5, 7], [1, 0]],
    [[33, 65], [1, 0]],
    [[3, 33, 5], [0, 2, 1]],
    [[2, 3, 4, 5], [0, 2, 1, 3]],
    [[2, 3, 4, 5], [3, 1, 2, 0]],
    [[2, 3, 4, 5], [0, 3, 1, 2]],
    [[2, 1, 3, 2, 2, 3], [5, 3, 4, 1, 2, 0]],
    [[2, 3, 5, 8], [0, 2, 1, 3]],
    [[3, 5, 2, 4], [2, 1, 0, 3]],
    [[1, 5, 1], [2, 1, 0]],
    [[5, 1, 7], [2, 1, 0]],
    [[3, 36, 20], [0, 2, 1]],
    [[68, 132], [1, 0]],
  ] as [number[], number[]][]
) {
  gpuTest(`permute [${shape}] by [${axes}]`, (gpu) =>
    checkOp(gpu, {
      inputs: [noiseArray(1, shape)],
      op: (x) => permute(x, axes),
      reference: (x) => references.permute(x, axes),
    }));
}

gpuTest("integers are moved too, negative bounds count from the end", async (gpu) => {
  const x = Tensor.from(gpu, new Uint32Array([1, 2, 0xffffffff, 4, 5, 6]), [2, 3]);
  assertEquals([...await transpose(x).read("u32")], [1, 4, 2, 5, 0xffffffff, 6]);
  assertEquals([...await slice(x, -1, -2).read("u32")], [2, 0xffffffff, 5, 6]);
  assertEquals([...await concat([x, x], 1).read("u32")], [
    ...[1, 2, 0xffffffff, 1, 2, 0xffffffff],
    ...[4, 5, 6, 4, 5, 6],
  ]);
  assertEquals([...await slice(x, 0, 0, -1).read("u32")], [1, 2, 0xffffffff]);
});

gpuTest("what does not fit is named", (gpu) => {
  const x = Tensor.zeros(gpu, [2, 3]);
  assertThrows(() => concat([x, Tensor.zeros(gpu, [3, 2])], 0), RangeError, "Cannot run concat");
  assertThrows(() => concat([]), RangeError, "Cannot run concat: there is no tensor to join");
  assertThrows(
    () => slice(x, 1, 2, 4),
    RangeError,
    "Cannot run slice: 2 to 4 is not within axis 1",
  );
  assertThrows(() => permute(x, [0, 0]), RangeError, "Cannot run permute");
});
