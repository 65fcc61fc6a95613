import { assertEquals, assertThrows } from "@std/assert";
import { clipNorm } from "../../../gpu/optim/clip_norm.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { assertClose, gpuTest, noise } from "../../support.ts";

gpuTest("the joint norm of gradients of many sizes", async (gpu) => {
  const values = [1, 3, 0, 16385, 50021].map((size, i) => noise(i, size));
  const gradients = values.map((data) => Tensor.from(gpu, Float32Array.from(data)));
  const length = Math.hypot(...values.map((data) => Math.hypot(...data)));
  for (const largest of [35, 1e4, Infinity]) {
    const { norm, factor, broken } = clipNorm(gradients, largest);
    assertClose(await norm.read("f32"), [length], { rtol: 1e-6 });
    assertClose(await factor.read("f32"), [Math.min(1, largest / (length + 1e-6))], { rtol: 1e-6 });
    assertEquals([...await broken.read("u32")], [0, 0, 0, 0, 0]);
  }
});

gpuTest("gradients of 0 are left as they are", async (gpu) => {
  const { norm, factor } = clipNorm([Tensor.zeros(gpu, [5])], 35);
  assertEquals([...await norm.read("f32"), ...await factor.read("f32")], [0, 1]);
});

gpuTest("the limit must be positive, and something must be there", (gpu) => {
  assertThrows(() => clipNorm([Tensor.zeros(gpu, [1])], 0), RangeError, "Cannot run clipNorm");
  assertThrows(() => clipNorm([], 1), RangeError, "Cannot run clipNorm: there is no gradient");
});
