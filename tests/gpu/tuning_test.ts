import { assertEquals } from "@std/assert";
import type { Limits } from "../../gpu/adapter.ts";
import { permute } from "../../gpu/ops/array/move/permute.ts";
import { sum } from "../../gpu/ops/array/reduce/sum.ts";
import { farthestPoints } from "../../gpu/ops/gaussian/points/farthest_points.ts";
import { conv2d } from "../../gpu/ops/nn/conv/conv2d.ts";
import { deformConv2d } from "../../gpu/ops/nn/deform_conv/deform_conv2d.ts";
import { matmul } from "../../gpu/ops/nn/gemm/matmul.ts";
import { batchNorm2d } from "../../gpu/ops/nn/norm/batch_norm.ts";
import { layerNorm } from "../../gpu/ops/nn/norm/layer_norm.ts";
import { softmax } from "../../gpu/ops/nn/softmax.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { GRAPHICS, PROCESSOR, tuningFor } from "../../gpu/tuning.ts";
import * as rows from "../reference/array/rows.ts";
import { reductions } from "../reference/array/reduce.ts";
import { farthestPoints as farthest } from "../reference/gaussian/farthest_points.ts";
import { batchNorm2d as batchNorm } from "../reference/nn/batch_norm.ts";
import { conv2d as convolution } from "../reference/nn/conv2d.ts";
import { deformConv2d as deformable } from "../reference/nn/deform_conv2d.ts";
import { layerNorm as normalized } from "../reference/nn/layer_norm.ts";
import { matmul as product } from "../reference/nn/matmul.ts";
import { softmax as shares } from "../reference/nn/softmax.ts";
import { bothWays, checkOp, type F64, noise, noiseArray, type OpCheck } from "../support.ts";

const SUMS = { atol: 1e-3, rtol: 1e-3 };
const channels = [noiseArray(8, [5], 0.5, 1.5), noiseArray(9, [5])];

/** Each operator that goes one of two ways, at sizes where both are possible. */
const OPERATORS: Record<string, OpCheck> = {
  "a transposition": {
    inputs: [noiseArray(1, [3, 36, 20])],
    op: (x) => permute(x, [0, 2, 1]),
    reference: (x: F64) => rows.permute(x, [0, 2, 1]),
  },
  "a product of matrices": {
    inputs: [noiseArray(2, [37, 20]), noiseArray(3, [20, 33])],
    op: (a, b) => matmul(a, b),
    reference: (a: F64, b: F64) => product(a, b, null),
  },
  "a product with bias and activation": {
    // More rows than a run of the sum over them.
    inputs: [noiseArray(17, [300, 5]), noiseArray(18, [5, 7]), noiseArray(19, [7])],
    op: (a, b, bias) => matmul(a, b, { bias, activation: "relu" }),
    reference: (a: F64, b: F64, bias: F64) => product(a, b, bias, { activation: "relu" }),
    samples: 8,
  },
  "a convolution": {
    inputs: [noiseArray(4, [2, 3, 9, 8]), noiseArray(5, [6, 3, 3, 3])],
    op: (x, weight) => conv2d(x, weight, null, { padding: 1 }),
    reference: (x: F64, weight: F64) => convolution(x, weight, null, null, { padding: [1, 1] }),
  },
  "a deformable convolution": {
    inputs: [
      noiseArray(6, [2, 4, 5, 6]),
      noiseArray(7, [2, 18, 5, 6]),
      noiseArray(8, [2, 9, 5, 6], 0, 1),
      noiseArray(9, [6, 4, 3, 3]),
      noiseArray(10, [6]),
    ],
    op: (x, offset, mask, weight, bias) =>
      deformConv2d(x, { offset, mask }, weight, { padding: 1, bias }),
    reference: (x, offset, mask, weight, bias) =>
      deformable(x, offset, mask, weight, bias, { padding: 1 }),
    step: 1e-6,
  },
  "sums of rows of 131": {
    inputs: [noiseArray(11, [70, 131])],
    op: (x) => sum(x, 1),
    reference: (x: F64) => reductions.sum(x, [1]),
  },
  "softmax over rows": {
    inputs: [noiseArray(12, [67, 68])],
    op: (x) => softmax(x),
    reference: (x: F64) => shares(x, 1),
  },
  "layer norm of many rows": {
    inputs: [noiseArray(13, [1100, 8]), noiseArray(14, [8], 0.5, 1.5), noiseArray(15, [8])],
    op: layerNorm,
    reference: normalized,
    gradientTolerance: SUMS,
    samples: 6,
  },
  "batch norm of lines of four": {
    inputs: [noiseArray(16, [2, 5, 4, 36]), ...channels],
    op: (x: Tensor, weight, bias) =>
      batchNorm2d(x, {
        weight,
        bias,
        runningMean: Tensor.zeros(x.gpu, [5]),
        runningVariance: Tensor.zeros(x.gpu, [5]),
      }, { training: true, eps: 1e-3, activation: "relu" }),
    reference: (x: F64, weight: F64, bias: F64) =>
      batchNorm(x, weight, bias, { eps: 1e-3, activation: "relu" }),
    gradientTolerance: SUMS,
    samples: 6,
  },
};
for (const [name, check] of Object.entries(OPERATORS)) {
  bothWays(name, (gpu) => checkOp(gpu, check));
}

bothWays("farthest points", async (gpu) => {
  const points = noise(5, 3 * 1500, 0, 6).map(Math.floor);
  const chosen = farthestPoints(Tensor.from(gpu, Float32Array.from(points), [1500, 3]), {
    samples: 40,
  });
  assertEquals([...await chosen.read()], farthest(points, 40));
});

const limits = {
  maxComputeWorkgroupStorageSize: 32768,
  maxComputeInvocationsPerWorkgroup: 1024,
  maxStorageBufferBindingSize: 1 << 27,
  maxStorageBuffersPerShaderStage: 32,
} as Limits;
const named = (software: boolean) => ({ description: "", vendor: "", software });

Deno.test("tuning follows the kind of adapter, its limits and what is given, in that order", () => {
  const most = { mostBound: 1 << 27, mostBuffers: 32 };
  assertEquals(tuningFor({ name: named(true), limits }), { ...PROCESSOR, ...most });
  assertEquals(tuningFor({ name: named(false), limits }), { ...GRAPHICS, ...most });
  const small = {
    ...limits,
    maxComputeWorkgroupStorageSize: 16384,
    maxComputeInvocationsPerWorkgroup: 256,
  };
  const { scan, scatter, farthestThreads } = tuningFor({ name: named(false), limits: small });
  assertEquals([scan, scatter, farthestThreads], ["serial", "serial", 256]);
  const given = { rowLanes: 1, mostBound: 4096, mostBuffers: 8, scan: "workgroup" } as const;
  const tuned = tuningFor({ name: named(false), limits }, given);
  assertEquals(tuned, { ...GRAPHICS, ...given });
  const asked = tuningFor({ name: named(true), limits: small }, {
    ...GRAPHICS,
    mostBound: 2 ** 40,
  });
  const { scan: way, farthestThreads: threads, mostBound, mostBuffers } = asked;
  assertEquals({ way, threads, mostBound, mostBuffers }, { way: "serial", threads: 256, ...most });
});
