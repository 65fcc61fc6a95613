import { assertEquals, assertThrows } from "@std/assert";
import { sparseAdam } from "../../../gpu/optim/sparse_adam.ts";
import { Parameter } from "../../../gpu/parameter.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { assertClose, gpuTest } from "../../support.ts";

gpuTest("sparseAdam takes the specification's steps on rows in the picture", async (gpu) => {
  const parameter = new Parameter(gpu, [2, 3], new Float32Array(6).fill(1));
  const radii = Tensor.from(gpu, Int32Array.of(0, 7));
  const broken = Tensor.zeros(gpu, [1], "u32");
  // Values after gradients 0.5, -0.1, 0.2 at rate 0.01, from the specification's appendix B8.
  for (
    const [gradient, expected] of [[0.5, 0.968377223], [-0.1, 0.946660702], [0.2, 0.916901869]]
  ) {
    parameter.gradient!.write(new Float32Array(6).fill(gradient!));
    sparseAdam(parameter, { rate: 0.01, radii, broken });
    const values = await parameter.value.read("f32");
    assertEquals(Array.from(values.subarray(0, 3)), [1, 1, 1]);
    assertClose(values.subarray(3), [expected!, expected!, expected!], { atol: 2e-7, rtol: 0 });
  }
  const before = await parameter.value.read("f32");
  sparseAdam(parameter, { rate: 0.01, radii, broken: Tensor.from(gpu, Uint32Array.of(1)) });
  assertEquals(await parameter.value.read("f32"), before);
  parameter.release();
});

gpuTest("sparseAdam wants a radius for each row", (gpu) => {
  const parameter = new Parameter(gpu, [2, 3]);
  const broken = Tensor.zeros(gpu, [1], "u32");
  const radii = Tensor.zeros(gpu, [3], "i32");
  assertThrows(() => sparseAdam(parameter, { rate: 1, radii, broken }), RangeError, "3 radii");
  parameter.release();
});
