import { assertEquals } from "@std/assert";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { SPLAT_DEFAULTS } from "../../../../../model/splat/config.ts";
import { expose, Exposures } from "../../../../../model/splat/appearance/exposure/exposure.ts";
import { assertClose, checkOp, type F64, gpuTest, noiseArray } from "../../../../support.ts";

/** out[c] = sum over k of in[k] E[k][c] + E[c][3], in plain loops. */
function reference(image: F64, exposure: F64): F64 {
  const pixels = image.data.length / 3;
  const data = image.data.map((_, at) => {
    const [c, p] = [Math.floor(at / pixels), at % pixels];
    const mixed = [0, 1, 2].reduce(
      (sum, k) => sum + image.data[k * pixels + p]! * exposure.data[4 * k + c]!,
      0,
    );
    return mixed + exposure.data[4 * c + 3]!;
  });
  return { shape: image.shape, data };
}

gpuTest("expose mixes channels with gradients by picture and exposure", async (gpu) => {
  await checkOp(gpu, {
    inputs: [noiseArray(1, [3, 5, 7]), noiseArray(2, [3, 4])],
    op: expose,
    reference,
  });
});

gpuTest("exposures start as the identity and are learned apart", async (gpu) => {
  const exposures = new Exposures(gpu, 2, SPLAT_DEFAULTS);
  const rows = async () => {
    const values = await exposures.parameter.value.read("f32");
    return [values.slice(0, 12), values.slice(12)].map((row) => [...row]);
  };
  const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];
  assertEquals((await rows())[1], identity);
  exposures.parameter.gradient!.write(Float32Array.from({ length: 24 }, (_, i) => i < 12 ? 1 : 0));
  exposures.step(1, Tensor.zeros(gpu, [1], "u32"));
  const [a, b] = await rows();
  // Adam's first step is the rate, 0.01, whatever the gradient's size.
  assertClose(a!, [
    0.99,
    -0.01,
    -0.01,
    -0.01,
    -0.01,
    0.99,
    -0.01,
    -0.01,
    -0.01,
    -0.01,
    0.99,
    -0.01,
  ], {
    atol: 1e-5,
    rtol: 0,
  });
  assertEquals(b, identity);
  exposures.release();
});
