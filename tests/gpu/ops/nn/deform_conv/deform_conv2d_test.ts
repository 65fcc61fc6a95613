import { assert, assertEquals, assertThrows } from "@std/assert";
import { deformConv2d } from "../../../../../gpu/ops/nn/deform_conv/deform_conv2d.ts";
import { backward, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import {
  deformConv2d as reference,
  type DeformOptions,
} from "../../../../reference/nn/deform_conv2d.ts";
import {
  assertClose,
  checkOp,
  type F64,
  gpuTest,
  noiseArray,
  REDUCTION,
} from "../../../../support.ts";

interface Case extends DeformOptions {
  x: [number, number, number, number];
  outputs: number;
  kernel?: number;
  /** Offsets lie within this many pixels. */
  reach?: number;
  mostColumns?: number;
}

const CASES: Record<string, Case> = {
  "3x3": { x: [2, 4, 5, 7], outputs: 6, padding: 1 },
  "19 channels": { x: [1, 19, 4, 5], outputs: 3, padding: 1 },
  "stride 2": { x: [1, 3, 7, 6], outputs: 4, padding: 1, stride: 2 },
  "dilation 2": { x: [1, 2, 6, 6], outputs: 3, padding: 2, dilation: 2 },
  "groups": { x: [2, 8, 4, 4], outputs: 4, padding: 1, groups: 2, deformGroups: 4 },
  "far offsets": { x: [1, 2, 5, 5], outputs: 2, padding: 1, reach: 9 },
  "an image at a time": { x: [3, 2, 4, 5], outputs: 3, padding: 1, mostColumns: 400 },
  "part of an image": { x: [2, 3, 7, 9], outputs: 4, padding: 1, mostColumns: 900 },
  "one tap, one pixel": { x: [1, 1, 1, 1], outputs: 1, kernel: 1 },
};

function inputsOf({ x, outputs, kernel = 3, reach = 1.5, ...options }: Case): F64[] {
  const { stride = 1, padding = 0, dilation = 1, groups = 1, deformGroups = 1 } = options;
  const along = (extent: number) =>
    Math.floor((extent + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
  const output = [along(x[2]), along(x[3])];
  const taps = kernel * kernel;
  return [
    noiseArray(1, x),
    noiseArray(2, [x[0], 2 * deformGroups * taps, ...output], -reach, reach),
    noiseArray(3, [x[0], deformGroups * taps, ...output], 0, 1),
    noiseArray(4, [outputs, x[1] / groups, kernel, kernel]),
    noiseArray(5, [outputs]),
  ];
}

for (const [name, given] of Object.entries(CASES)) {
  gpuTest(`deformConv2d: ${name}`, (gpu) =>
    checkOp(gpu, {
      inputs: inputsOf(given),
      op: (x, offset, mask, weight, bias) =>
        deformConv2d(x, { offset, mask }, weight, { ...given, bias }),
      reference: (x, offset, mask, weight, bias) => reference(x, offset, mask, weight, bias, given),
      tolerance: REDUCTION,
      step: 1e-6,
    }));
}

gpuTest("deformConv2d with a frozen norm and ReLU, forward and gradients", (gpu) => {
  const inputs = inputsOf(CASES["3x3"]!);
  const scale = noiseArray(7, [6], 0.5, 2);
  const shift = noiseArray(8, [6]);
  const affine = {
    scale: Tensor.from(gpu, Float32Array.from(scale.data)),
    shift: Tensor.from(gpu, Float32Array.from(shift.data)),
  };
  return checkOp(gpu, {
    inputs: inputs.slice(0, 4),
    op: (x, offset, mask, weight) =>
      deformConv2d(x, { offset, mask }, weight, { padding: 1, affine, activation: "relu" }),
    reference: (x, offset, mask, weight) => {
      const y = reference(x, offset, mask, weight, null, { padding: 1 });
      const plane = y.shape[2]! * y.shape[3]!;
      return {
        shape: y.shape,
        data: y.data.map((value, i) => {
          const channel = Math.floor(i / plane) % 6;
          return Math.max(0, value * scale.data[channel]! + shift.data[channel]!);
        }),
      };
    },
    tolerance: REDUCTION,
    step: 1e-6,
  });
});

gpuTest("deformConv2d gives the same bits on every run", async (gpu) => {
  const arrays = inputsOf(CASES["3x3"]!);
  const gradientOf = async () => {
    using _scope = gpu.scope();
    const [x, offset, mask, weight] = arrays.map(({ data, shape }) =>
      variable(Tensor.from(gpu, Float32Array.from(data), shape))
    );
    const y = deformConv2d(x!, { offset: offset!, mask: mask! }, weight!, { padding: 1 });
    backward(y, Tensor.from(gpu, new Float32Array(y.size).fill(1), y.shape));
    return await x!.gradient!.read("f32");
  };
  assertClose(await gradientOf(), await gradientOf(), { atol: 0, rtol: 0 });
});

gpuTest("deformConv2d names what does not fit", (gpu) => {
  const x = Tensor.zeros(gpu, [1, 4, 5, 5]);
  const mask = Tensor.zeros(gpu, [1, 9, 5, 5]);
  const weight = Tensor.zeros(gpu, [2, 4, 3, 3]);
  assertThrows(
    () => deformConv2d(x, { offset: mask, mask }, weight, { padding: 1 }),
    RangeError,
    'Cannot run deformConv2d: "offset" must be [1, 18, 5, 5], got [1, 9, 5, 5]',
  );
});

gpuTest("deformConv2d of no image, and of one too small for a tap", async (gpu) => {
  for (const [shape, output] of [[[0, 2, 5, 5], [0, 3, 3, 3]], [[1, 2, 2, 2], [1, 3, 0, 0]]]) {
    const x = variable(
      Tensor.from(gpu, new Float32Array(shape!.reduce((a, b) => a * b)).fill(1), shape),
    );
    const [images, , height, width] = output as [number, number, number, number];
    const offset = variable(Tensor.zeros(gpu, [images, 18, height, width]));
    const mask = variable(Tensor.zeros(gpu, [images, 9, height, width]));
    const weight = variable(Tensor.from(gpu, new Float32Array(54).fill(1), [3, 2, 3, 3]));
    const y = deformConv2d(x, { offset, mask }, weight);
    assertEquals(y.shape, output);
    backward(y, Tensor.zeros(gpu, y.shape));
    for (const { gradient } of [x, weight]) {
      assert((await gradient!.read("f32")).every((value) => value === 0));
    }
  }
});
