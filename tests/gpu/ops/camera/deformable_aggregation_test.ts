import { assertEquals, assertThrows } from "@std/assert";
import {
  deformableAggregation,
  type DeformableOptions,
} from "../../../../gpu/ops/camera/deformable_aggregation.ts";
import { backward, variable } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { deformableAggregation as reference } from "../../../reference/deformable_aggregation.ts";
import { checkOp, type F64, gpuTest, noiseArray } from "../../../support.ts";

interface Case {
  gaussians: number;
  points: number;
  cameras: number;
  channels: number;
  groups: number;
  levels: [number, number][];
  perCameraLogits?: boolean;
  legacy?: boolean;
  seen?: number;
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
  legacy: {
    gaussians: 11,
    points: 3,
    cameras: 2,
    channels: 16,
    groups: 4,
    levels: [[5, 7], [3, 2]],
    legacy: true,
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

for (const [name, c] of Object.entries(CASES)) {
  gpuTest(`deformableAggregation ${name}`, (gpu) => {
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
  });
}

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
