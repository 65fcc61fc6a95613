import { assertEquals, assertThrows } from "@std/assert";
import { conv2d } from "../../../../../gpu/ops/nn/conv/conv2d.ts";
import type { Tiling } from "../../../../../gpu/ops/nn/gemm/gemm_plan.ts";
import { backward, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { conv2d as reference, type ConvOptions } from "../../../../reference/nn/conv2d.ts";
import { checkOp, type F64, gpuTest, noiseArray } from "../../../../support.ts";

interface Case extends Omit<ConvOptions, "affine"> {
  x: [number, number, number, number];
  outputs: number;
  kernel: [number, number];
}

const CASES: Record<string, Case> = {
  "1x1": { x: [2, 5, 3, 7], outputs: 6, kernel: [1, 1] },
  "1x1, stride 2": { x: [2, 8, 5, 6], outputs: 3, kernel: [1, 1], stride: [2, 2] },
  "3x3": { x: [2, 4, 6, 9], outputs: 9, kernel: [3, 3], padding: [1, 1] },
  "3x3 over 33 channels": { x: [1, 33, 5, 8], outputs: 36, kernel: [3, 3], padding: [1, 1] },
  "3x3, stride 2": {
    x: [1, 4, 7, 10],
    outputs: 5,
    kernel: [3, 3],
    padding: [1, 1],
    stride: [2, 2],
  },
  "7x7, stride 2": {
    x: [1, 3, 11, 13],
    outputs: 4,
    kernel: [7, 7],
    padding: [3, 3],
    stride: [2, 2],
  },
  "uneven everything": {
    x: [3, 2, 9, 11],
    outputs: 3,
    kernel: [2, 5],
    stride: [3, 1],
    padding: [2, 0],
    dilation: [1, 2],
  },
  "stride 2 and dilation 2": {
    x: [1, 2, 9, 9],
    outputs: 3,
    kernel: [3, 3],
    padding: [2, 2],
    stride: [2, 2],
    dilation: [2, 2],
  },
  "two groups": { x: [2, 8, 5, 4], outputs: 6, kernel: [3, 3], padding: [1, 1], groups: 2 },
  "one channel a group": { x: [1, 5, 6, 6], outputs: 10, kernel: [3, 3], groups: 5 },
  "one pixel": { x: [1, 1, 1, 1], outputs: 1, kernel: [1, 1] },
};

for (const tiling of ["registers", "workgroup"] satisfies Tiling[]) {
  for (const [name, { x, outputs, kernel, ...options }] of Object.entries(CASES)) {
    gpuTest(`conv2d ${tiling}: ${name}`, (gpu) =>
      checkOp(gpu, {
        inputs: [
          noiseArray(1, x),
          noiseArray(2, [outputs, x[1] / (options.groups ?? 1), ...kernel]),
          noiseArray(3, [outputs]),
        ],
        op: (x, weight, bias) => conv2d(x, weight, bias, { ...options, tiling }),
        reference: (x: F64, weight: F64, bias: F64) => reference(x, weight, bias, null, options),
        samples: 12,
      }));
  }

  for (const kernel of [[1, 1], [3, 3]] as [number, number][]) {
    gpuTest(`conv2d ${tiling}: affine, residual and relu, ${kernel}`, (gpu) => {
      const scale = noiseArray(4, [6], 0.5, 1.5);
      const shift = noiseArray(5, [6]);
      const onGpu = (array: F64) => Tensor.from(gpu, Float32Array.from(array.data), array.shape);
      const affine = { scale: onGpu(scale), shift: onGpu(shift) };
      const padding = [kernel[0] >> 1, kernel[1] >> 1] as [number, number];
      return checkOp(gpu, {
        inputs: [
          noiseArray(6, [2, 4, 5, 8]),
          noiseArray(7, [6, 4, ...kernel]),
          noiseArray(8, [2, 6, 5, 8]),
        ],
        op: (x, weight, residual) =>
          conv2d(x, weight, null, { affine, residual, activation: "relu", padding, tiling }),
        reference: (x: F64, weight: F64, residual: F64) =>
          reference(x, weight, null, residual, {
            affine: { scale, shift },
            activation: "relu",
            padding,
          }),
      });
    });
  }
}

gpuTest("conv2d sets gradients between strides to zero in memory that held others", async (gpu) => {
  // More channels than pixels, and the other way round.
  for (const shape of [[2, 40, 3, 4], [2, 4, 9, 10]]) {
    const x = variable(Tensor.zeros(gpu, shape));
    const weight = Tensor.from(gpu, new Float32Array(8 * shape[1]!).fill(1), [8, shape[1]!, 1, 1]);
    const y = conv2d(x, weight, null, { stride: 2 });
    const ones = Tensor.from(gpu, new Float32Array(y.size).fill(1), y.shape);
    for (let i = 0; i < 4; i++) {
      Tensor.from(gpu, new Float32Array(x.size).fill(7), shape).release();
    }
    backward(y, ones);
    const [, , height, width] = shape as [number, number, number, number];
    const expected = Float32Array.from({ length: x.size }, (_, i) => {
      const onGrid = i % width % 2 === 0 && Math.floor(i / width) % height % 2 === 0;
      return onGrid ? 8 : 0;
    });
    assertEquals(await x.gradient!.read("f32"), expected);
  }
});

gpuTest("conv2d of no images", async (gpu) => {
  const y = conv2d(Tensor.zeros(gpu, [0, 3, 5, 5]), Tensor.zeros(gpu, [2, 3, 3, 3]));
  assertEquals(y.shape, [0, 2, 3, 3]);
  assertEquals((await y.read()).length, 0);
});

gpuTest("conv2d names what does not fit", (gpu) => {
  const x = Tensor.zeros(gpu, [1, 4, 5, 5]);
  assertThrows(
    () => conv2d(x, Tensor.zeros(gpu, [2, 3, 3, 3])),
    RangeError,
    'Cannot run conv2d: "weight" must be [outputs, 4, kh, kw] with outputs a multiple of groups=1, got [2, 3, 3, 3]',
  );
});
