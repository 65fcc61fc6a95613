import { assertEquals, assertThrows } from "@std/assert";
import { logSoftmax, maskedSoftmax, softmax } from "../../../../gpu/ops/nn/softmax.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { softmax as reference } from "../../../reference/nn/softmax.ts";
import {
  assertClose,
  checkOp,
  type F64,
  gpuTest,
  noise,
  noiseArray,
  withGpu,
} from "../../../support.ts";

for (
  const [shape, axis] of [
    [[1], -1],
    [[5, 7], -1],
    [[3, 131], -1],
    [[2, 18, 5], 1],
    [[67, 3], 0],
    [[3, 64], 1],
    [[21, 312], -1],
    [[2, 1029], -1],
  ] as [number[], number][]
) {
  const inputs = () => [noiseArray(1, shape, -4, 4)];
  const size = shape.reduce((p, q) => p * q, 1);
  const mask = Uint32Array.from(noise(2, size, 0, 2), Math.floor);
  gpuTest(`softmax of [${shape}] along ${axis}`, (gpu) =>
    checkOp(gpu, {
      inputs: inputs(),
      op: (x) => softmax(x, axis),
      reference: (x) => reference(x, axis),
    }));
  gpuTest(`logSoftmax of [${shape}] along ${axis}`, (gpu) =>
    checkOp(gpu, {
      inputs: inputs(),
      op: (x) => logSoftmax(x, axis),
      reference: (x) => logarithm(reference(x, axis)),
    }));
  gpuTest(`maskedSoftmax of [${shape}] along ${axis}`, (gpu) =>
    checkOp(gpu, {
      inputs: inputs(),
      op: (x) => maskedSoftmax(x, Tensor.from(gpu, mask, shape), axis),
      reference: (x) => reference(x, axis, mask),
    }));
}

function logarithm({ shape, data }: F64): F64 {
  return { shape, data: data.map(Math.log) };
}

gpuTest("rows without a kept value are 0, masks may be f32", async (gpu) => {
  for (const length of [3, 40]) {
    const x = Tensor.from(gpu, Float32Array.from(noise(3, 2 * length)), [2, length]);
    const mask = new Float32Array(2 * length);
    mask[1] = 1;
    const y = await maskedSoftmax(x, Tensor.from(gpu, mask, [2, length])).read("f32");
    assertEquals([...y], [...mask]);
  }
});

gpuTest("large and infinite logits", async (gpu) => {
  const y = await softmax(Tensor.from(gpu, [1e4, 1e4, -1e4, -Infinity])).read("f32");
  assertEquals([...y], [0.5, 0.5, 0, 0]);
  const z = await logSoftmax(Tensor.from(gpu, [1e4, 0])).read("f32");
  assertClose(z, [0, -1e4], { atol: 1e-6 });
});

gpuTest("a mask of another shape is named", (gpu) => {
  assertThrows(
    () => maskedSoftmax(Tensor.zeros(gpu, [2, 3]), Tensor.zeros(gpu, [3])),
    RangeError,
    'Cannot run maskedSoftmax: "mask" must be [2, 3], got [3]',
  );
});

Deno.test({
  name: "softmax with eight threads a row, as on hardware",
  sanitizeResources: false,
  sanitizeOps: false,
  fn: () =>
    withGpu(async (gpu) => {
      Object.assign(gpu.name, { software: false });
      for (const shape of [[9, 67], [21, 132]]) {
        await checkOp(gpu, {
          inputs: [noiseArray(4, shape, -4, 4)],
          op: (x) => softmax(x),
          reference: (x) => reference(x, -1),
        });
      }
    }, {}),
});
