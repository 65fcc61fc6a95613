import { assertEquals, assertThrows } from "@std/assert";
import {
  deformableAggregation,
  type DeformableOptions,
} from "../../../../../gpu/ops/camera/deformable/deformable_aggregation.ts";
import type { Gpu } from "../../../../../gpu/device.ts";
import { GRAPHICS } from "../../../../../gpu/tuning.ts";
import { backward, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { deformableAggregation as reference } from "../../../../reference/camera/deformable_aggregation.ts";
import {
  assertClose,
  bothWays,
  checkOp,
  type F64,
  gpuTest,
  noiseArray,
} from "../../../../support.ts";

interface Case {
  gaussians: number;
  points: number;
  cameras: number;
  channels: number;
  groups: number;
  levels: [number, number][];
  perCameraLogits?: boolean;
  wholeSoftmax?: boolean;
  seen?: number;
  unordered?: boolean;
  listBytes?: number;
}

const CASES: Record<string, Case> = {
  one: { gaussians: 1, points: 1, cameras: 1, channels: 4, groups: 1, levels: [[1, 1]] },
  odd: { gaussians: 13, points: 3, cameras: 2, channels: 16, groups: 4, levels: [[5, 7], [3, 2]] },
  wide: { gaussians: 7, points: 5, cameras: 3, channels: 320, groups: 2, levels: [[4, 6]] },
  narrow: {
    gaussians: 70,
    points: 13,
    cameras: 6,
    channels: 24,
    groups: 2,
    levels: [[6, 9], [3, 5], [2, 2]],
  },
  perCameraLogits: {
    gaussians: 9,
    points: 4,
    cameras: 3,
    channels: 32,
    groups: 4,
    levels: [[5, 7], [3, 2]],
    perCameraLogits: true,
  },
  wholeSoftmax: {
    gaussians: 11,
    points: 3,
    cameras: 2,
    channels: 16,
    groups: 4,
    levels: [[5, 7], [3, 2]],
    wholeSoftmax: true,
  },
  blind: {
    gaussians: 5,
    points: 2,
    cameras: 2,
    channels: 8,
    groups: 2,
    levels: [[5, 7]],
    seen: 0,
  },
};

function arraysOf(c: Case) {
  const { gaussians, points, cameras, channels, groups, levels } = c;
  const pixels = levels.reduce((sum, [h, w]) => sum + h * w, 0);
  const entries = levels.length * points * groups;
  const visible = noiseArray(5, [gaussians, points, cameras], 0, 1);
  visible.data.forEach((value, i) => visible.data[i] = Number(value < (c.seen ?? 0.6)));
  return {
    features: noiseArray(1, [cameras, pixels, channels]),
    // Some locations outside the picture.
    location: noiseArray(2, [gaussians, points, cameras, 2], -0.15, 1.15),
    visible,
    perGaussian: noiseArray(
      3,
      c.perCameraLogits ? [gaussians, cameras, entries] : [gaussians, entries],
      -3,
      3,
    ),
    perCamera: noiseArray(4, [cameras, entries], -1, 1),
  };
}

const RUNS = [
  ...Object.entries(CASES),
  ["narrow, unordered", { ...CASES.narrow!, unordered: true }] as const,
  // 2 Gaussians of 3 points, 2 cameras, 2 levels and 4 groups a turn.
  ["odd, in turns", { ...CASES.odd!, listBytes: 400 }] as const,
];
function check(c: Case) {
  return (gpu: Gpu) => {
    const { features, location, visible, perGaussian, perCamera } = arraysOf(c);
    const options: DeformableOptions = c;
    const shown = Tensor.from(gpu, Uint32Array.from(visible.data), visible.shape);
    return checkOp(gpu, {
      inputs: [features, location, perGaussian, perCamera],
      op: (features, location, perGaussian, perCamera) =>
        deformableAggregation(
          { features, location, visible: shown, perGaussian, perCamera },
          options,
        ),
      reference: (features: F64, location: F64, perGaussian: F64, perCamera: F64) =>
        reference({ features, location, visible, perGaussian, perCamera }, options),
      step: 1e-6,
    });
  };
}

for (const [name, c] of RUNS) bothWays(`deformableAggregation ${name}`, check(c));

gpuTest("deformableAggregation as a GPU that binds eight buffers", check(CASES.odd!), {
  tuning: { ...GRAPHICS, mostBuffers: 8 },
});

gpuTest("deformableAggregation gives the same bits every time", async (gpu) => {
  const c = CASES.narrow!;
  const { features, location, visible, perGaussian } = arraysOf(c);
  const upload = ({ data, shape }: F64) => Tensor.from(gpu, Float32Array.from(data), shape);
  const run = async () => {
    const bank = variable(upload(features));
    const y = deformableAggregation({
      features: bank,
      location: upload(location),
      visible: Tensor.from(gpu, Uint32Array.from(visible.data), visible.shape),
      perGaussian: upload(perGaussian),
    }, c);
    backward(y, upload(noiseArray(6, [c.gaussians, c.channels])));
    return [...await bank.gradient!.read()];
  };
  const first = await run();
  for (let i = 0; i < 3; i++) assertEquals(await run(), first);
});

gpuTest("deformableAggregation carries infinite gradients on", async (gpu) => {
  const c = CASES.odd!;
  const { features, location, visible, perGaussian } = arraysOf(c);
  const upload = ({ data, shape }: F64) => Tensor.from(gpu, Float32Array.from(data), shape);
  const bank = variable(upload(features));
  const y = deformableAggregation({
    features: bank,
    location: upload(location),
    visible: Tensor.from(gpu, Uint32Array.from(visible.data), visible.shape),
    perGaussian: upload(perGaussian),
  }, c);
  const dy = new Float32Array(y.size);
  dy[3] = NaN;
  backward(y, Tensor.from(gpu, dy, y.shape));
  assertEquals((await bank.gradient!.read("f32")).every(Number.isNaN), true);
});

gpuTest("deformableAggregation says which sizes do not fit", (gpu) => {
  const zeros = (...shape: number[]) => Tensor.zeros(gpu, shape);
  assertThrows(
    () =>
      deformableAggregation({
        features: zeros(1, 6, 6),
        location: zeros(2, 1, 1, 2),
        visible: Tensor.zeros(gpu, [2, 1, 1], "u32"),
        perGaussian: zeros(2, 2),
      }, { levels: [[2, 3]], groups: 2 }),
    RangeError,
    "Cannot run deformableAggregation: 6 channels in 2 groups, each group must have a multiple of 4",
  );
});

for (const wholeSoftmax of [false, true]) {
  gpuTest(
    `deformableAggregation drops samples${wholeSoftmax ? " (wholeSoftmax)" : ""}`,
    async (gpu) => {
      // All features are 1 and everything is visible and far from the border, so y is the sum of the
      // weights, which are all equal.
      const c = { gaussians: 400, points: 5, cameras: 3, groups: 2 };
      const levels = [[4, 4], [4, 4]] as const;
      const run = (dropout: number) =>
        deformableAggregation({
          features: Tensor.from(gpu, new Float32Array(3 * 32 * 8).fill(1), [3, 32, 8]),
          location: Tensor.from(gpu, new Float32Array(400 * 30).fill(0.5), [400, 5, 3, 2]),
          visible: Tensor.from(gpu, new Uint32Array(400 * 15).fill(1), [400, 5, 3]),
          perGaussian: Tensor.zeros(gpu, [400, 20]),
        }, { levels, groups: c.groups, wholeSoftmax, dropout }).read("f32");
      gpu.random.seed = 5;
      gpu.random.counter = 0;
      const y = await run(0.4);
      gpu.random.counter = 0;
      assertEquals(await run(0.4), y);
      const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
      if (wholeSoftmax) {
        // Of 15 (point, camera) pairs, k are kept with weights 1 / 15 / 0.6: 6000 draws, so the mean
        // of k / 9 stays within 4 deviations of 1.
        assertClose([mean], [1], { atol: 0.05 });
        assertEquals(new Set(y).size > 5, true);
      } else {
        // What is kept is normalised again.
        assertClose(y, new Float32Array(y.length).fill(1), { atol: 1e-6 });
      }
    },
  );
}

gpuTest("deformableAggregation drops as often as it should, gradients included", async (gpu) => {
  // One sample in each group: a Gaussian's group is 0 where it was dropped.
  const [gaussians, groups] = [4000, 4];
  const logits = variable(Tensor.zeros(gpu, [gaussians, groups]));
  const bank = variable(Tensor.from(gpu, new Float32Array(16).fill(1), [1, 1, 16]));
  const y = deformableAggregation({
    features: bank,
    location: Tensor.from(gpu, new Float32Array(gaussians * 2).fill(0.5), [gaussians, 1, 1, 2]),
    visible: Tensor.from(gpu, new Uint32Array(gaussians).fill(1), [gaussians, 1, 1]),
    perGaussian: logits,
  }, { levels: [[1, 1]], groups, dropout: 0.15 }).retain();
  backward(y, Tensor.from(gpu, new Float32Array(gaussians * 16).fill(1), [gaussians, 16]));
  const values = await y.read("f32");
  const kept = values.filter((value) => value === 1).length;
  assertEquals(values.filter((value) => value === 0).length, values.length - kept);
  // 16 000 draws: 4 deviations are 0.011.
  assertClose([kept / values.length], [0.85], { atol: 0.012, rtol: 0 });
  const total = (await bank.gradient!.read("f32")).reduce((sum, value) => sum + value, 0);
  assertEquals(total, kept);
});

gpuTest("deformableAggregation keeps small gradients beside large ones", async (gpu) => {
  // Both Gaussians look at the middle of one pixel each; the second one's gradient is 1e7 times less.
  const bank = variable(Tensor.zeros(gpu, [1, 2, 4]));
  const y = deformableAggregation({
    features: bank,
    location: Tensor.from(gpu, [0.25, 0.5, 0.75, 0.5], [2, 1, 1, 2]),
    visible: Tensor.from(gpu, new Uint32Array(2).fill(1), [2, 1, 1]),
    perGaussian: Tensor.zeros(gpu, [2, 1]),
  }, { levels: [[1, 2]], groups: 1 });
  const dy = [1234.5, -999, 1e4, 1, 1.2345e-3, -4.4e-4, 1e-3, 7e-6];
  backward(y, Tensor.from(gpu, dy, [2, 4]));
  assertClose(await bank.gradient!.read(), dy, { atol: 0, rtol: 1e-6 });
});
