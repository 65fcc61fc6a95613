import { assertEquals, assertThrows } from "@std/assert";
import { layerNorm } from "../../../../../gpu/ops/nn/norm/layer_norm.ts";
import { backward, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { layerNorm as reference } from "../../../../reference/nn/layer_norm.ts";
import { assertClose, checkOp, gpuTest, noiseArray } from "../../../../support.ts";

for (
  const [rows, channels] of [[1, 1], [5, 7], [3, 64], [67, 131], [1, 4], [67, 12], [35, 1028], [
    2,
    1030,
  ]] as const
) {
  gpuTest(`layerNorm [${rows}, ${channels}]`, (gpu) =>
    checkOp(gpu, {
      inputs: [
        noiseArray(1, [rows, channels], -2, 3),
        noiseArray(2, [channels], 0.5, 1.5),
        noiseArray(3, [channels]),
      ],
      op: layerNorm,
      reference,
    }));
}

gpuTest("layerNorm names the tensor of the wrong shape", (gpu) => {
  assertThrows(
    () => layerNorm(Tensor.zeros(gpu, [2, 8]), Tensor.zeros(gpu, [4]), Tensor.zeros(gpu, [8])),
    RangeError,
    'Cannot run layerNorm: "weight" must be [channels=8], got [4]',
  );
});

gpuTest("layerNorm of many rows adds its gradients up in parts", async (gpu) => {
  // reference: on rows of -1 and 1 the norm is the identity, up to eps.
  const [rows, channels] = [1100, 8];
  const x = variable(
    Tensor.from(gpu, Float32Array.from({ length: rows * channels }, (_, i) => i % 2 ? 1 : -1), [
      rows,
      channels,
    ]),
  );
  const weight = variable(Tensor.from(gpu, new Float32Array(channels).fill(1)));
  const bias = variable(Tensor.zeros(gpu, [channels]));
  backward(
    layerNorm(x, weight, bias, { eps: 0 }),
    Tensor.from(gpu, new Float32Array(rows * channels).fill(1), [rows, channels]),
  );
  assertEquals([...await bias.gradient!.read()], Array(channels).fill(rows));
  assertEquals(
    [...await weight.gradient!.read()],
    Array.from({ length: channels }, (_, c) => c % 2 ? rows : -rows),
  );
});

gpuTest("layerNorm of a large mean keeps its digits", async (gpu) => {
  const x = Tensor.from(gpu, [4095, 4096, 4097, 4096], [1, 4]);
  const y = layerNorm(x, Tensor.from(gpu, [1, 1, 1, 1]), Tensor.zeros(gpu, [4]));
  assertClose(await y.read("f32"), [-Math.SQRT2, 0, Math.SQRT2, 0], { atol: 2e-5 });
});

gpuTest("layerNorm without rows has gradients of 0, frozen weights get none", async (gpu) => {
  for (const channels of [4, 5]) {
    const x = variable(Tensor.zeros(gpu, [0, channels]));
    const weight = variable(Tensor.zeros(gpu, [channels]));
    const bias = Tensor.zeros(gpu, [channels]);
    backward(layerNorm(x, weight, bias), Tensor.zeros(gpu, [0, channels]));
    assertEquals([...await weight.gradient!.read()], Array(channels).fill(0));
    assertEquals(bias.gradient, null);
    const y = variable(Tensor.zeros(gpu, [2, channels]));
    backward(layerNorm(y, bias, bias), Tensor.zeros(gpu, [2, channels]));
    assertEquals([y.gradient !== null, bias.gradient], [true, null]);
  }
});

gpuTest("layerNorm with eight threads a row, as on a GPU", async (gpu) => {
  Object.assign(gpu, { name: { ...gpu.name, software: false } });
  for (const [rows, channels] of [[67, 12], [9, 131], [40, 128]] as const) {
    await checkOp(gpu, {
      inputs: [
        noiseArray(1, [rows, channels], -2, 3),
        noiseArray(2, [channels], 0.5, 1.5),
        noiseArray(3, [channels]),
      ],
      op: layerNorm,
      reference,
    });
  }
}, {});
