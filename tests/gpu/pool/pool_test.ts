import { assertEquals } from "@std/assert";
import { sum } from "../../../gpu/ops/array/reduce/sum.ts";
import { add } from "../../../gpu/ops/array/elementwise/binary.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { gpuTest } from "../../support.ts";

const idOf = (tensor: Tensor) => tensor.storage.pooled.id;

gpuTest("equal steps get equal buffers, in whatever order the last one released", (gpu) => {
  const take = () => Array.from({ length: 5 }, () => Tensor.empty(gpu, [1000]));
  const first = take();
  const ids = first.map(idOf);
  for (const order of [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 4, 0, 3, 1]]) {
    for (const i of order) first[i]!.release();
    const again = take();
    assertEquals(again.map(idOf), ids);
    first.splice(0, 5, ...again);
  }
});

gpuTest(
  "a buffer is handed out again for up to two thirds of it, the smallest that fits",
  (gpu) => {
    const [small, large] = [3000, 4000].map((size) => Tensor.empty(gpu, [size])) as [
      Tensor,
      Tensor,
    ];
    const ids = [small, large].map(idOf);
    large.release();
    small.release();
    const { reserved } = gpu.memory;
    assertEquals(idOf(Tensor.empty(gpu, [2900])), ids[0]);
    assertEquals(idOf(Tensor.empty(gpu, [2900])), ids[1]);
    assertEquals(gpu.memory.reserved, reserved);
    const again = Tensor.empty(gpu, [2900]);
    assertEquals(ids.includes(idOf(again)), false);
    again.release();
    // One of 11 600 bytes is too large for 7000.
    assertEquals(idOf(Tensor.empty(gpu, [1750])) === idOf(again), false);
  },
);

gpuTest("a bind group outlives the step, not its buffers", async (gpu) => {
  const x = Tensor.from(gpu, [1, 2, 3, 4]);
  const step = async () => {
    const before = gpu.commands.bindGroups;
    using _scope = gpu.scope();
    const total = await sum(add(x, x)).read("f32");
    return [gpu.commands.bindGroups > before, total[0]];
  };
  assertEquals([await step(), await step()], [[true, 20], [false, 20]]);
  await gpu.settle();
  gpu.pool.trim();
  assertEquals([await step(), await step()], [[true, 20], [false, 20]]);
});
