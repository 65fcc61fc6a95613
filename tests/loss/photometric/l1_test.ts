import { assertEquals, assertThrows } from "@std/assert";
import { backward, variable } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { l1 } from "../../../loss/photometric/l1.ts";
import * as reference from "../../reference/loss/l1.ts";
import { checkOp, gpuTest, noiseArray } from "../../support.ts";

for (const shape of [[1], [3, 7, 11], [40_000]]) {
  const inputs = [1, 2, 3].map((seed) => noiseArray(seed, shape));
  gpuTest(
    `l1 [${shape}]`,
    (gpu) =>
      checkOp(gpu, { inputs: inputs.slice(0, 2), op: l1, reference: reference.l1, fixed: [1] }),
  );
  gpuTest(`l1 [${shape}] with a mask`, (gpu) =>
    checkOp(gpu, {
      inputs,
      op: (x, target, mask) => l1(x, target, { mask }),
      reference: reference.l1,
      fixed: [1, 2],
    }));
}

gpuTest("l1 has no slope where both are equal, and shapes must agree", async (gpu) => {
  const x = variable(Tensor.from(gpu, [1, 2, 3]));
  backward(l1(x, Tensor.from(gpu, [1, 4, 0])));
  assertEquals(await x.gradient!.read("f32"), Float32Array.of(0, -1 / 3, 1 / 3));
  assertThrows(
    () => l1(x, Tensor.from(gpu, [1, 2])),
    RangeError,
    'Cannot run l1: "target" must be [3], got [2]',
  );
});
