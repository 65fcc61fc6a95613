import { assertEquals, assertRejects } from "@std/assert";
import { Tensor } from "../../../../gpu/tensor.ts";
import { FiniteCheck } from "../../../../model/occupancy/evaluation/finite_check.ts";
import { gpuTest } from "../../../support.ts";

for (const wrong of [NaN, Infinity]) {
  gpuTest(
    `scores of ${wrong} are told with their key frame, one later or at the end`,
    async (gpu) => {
      const inUse = gpu.memory.inUse;
      const fine = () => Tensor.from(gpu, new Float32Array(1000).fill(-2), [10, 100]);
      const broken = () =>
        Tensor.from(gpu, Float32Array.from({ length: 1000 }, (_, i) => i === 700 ? wrong : 1), [
          10,
          100,
        ]);
      const message = 'Cannot predict key frame "second": the scores of its voxels are not finite';
      {
        using _step = gpu.scope();
        const check = new FiniteCheck();
        await check.add("first", fine());
        await check.add("second", broken());
        await assertRejects(() => check.add("third", fine()), RangeError, message);
      }
      {
        using _step = gpu.scope();
        const check = new FiniteCheck();
        await check.add("second", broken());
        await assertRejects(() => check.finish(), RangeError, message);
      }
      assertEquals(gpu.memory.inUse, inUse);
    },
  );
}
