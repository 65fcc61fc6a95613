import { assertEquals, assertThrows } from "@std/assert";
import { argmax } from "../../../../../gpu/ops/array/reduce/argmax.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { argmax as reference } from "../../../../reference/array/argmax.ts";
import { gpuTest, noiseArray } from "../../../../support.ts";

for (const [shape, axis] of [[[1], 0], [[5, 7], -1], [[18, 131], 0], [[3, 4, 65], 1]] as const) {
  gpuTest(`argmax [${shape}] along ${axis}`, async (gpu) => {
    const x = noiseArray(4, [...shape]);
    x.data.forEach((value, i) => x.data[i] = Math.round(2 * value));
    const y = argmax(Tensor.from(gpu, Float32Array.from(x.data), shape), axis);
    assertEquals([...await y.read("u32")], reference(x, (axis + shape.length) % shape.length));
  });
}

gpuTest("argmax of nothing is refused", (gpu) => {
  assertThrows(() => argmax(Tensor.zeros(gpu, [2, 0])), RangeError, "nothing along axis -1");
});
