import type { Gpu } from "../../../../../gpu/device.ts";
import { deformableAggregation } from "../../../../../gpu/ops/camera/deformable/deformable_aggregation.ts";
import type { FeatureLevels } from "../../../../../gpu/ops/camera/feature_levels.ts";
import { projectPoints } from "../../../../../gpu/ops/camera/rays/project_points.ts";
import { backward, noGradient, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";

interface Size {
  gaussians: number;
  points: number;
  channels: number;
  levels: FeatureLevels;
}

const FULL: FeatureLevels = [[108, 200], [54, 100], [27, 50], [14, 25]];
const sizes: Size[] = [
  { gaussians: 400, points: 9, channels: 32, levels: [[27, 50], [14, 25]] },
  { gaussians: 6400, points: 13, channels: 128, levels: FULL },
  { gaussians: 12800, points: 13, channels: 128, levels: FULL },
  { gaussians: 25600, points: 13, channels: 128, levels: FULL },
  { gaussians: 25600, points: 9, channels: 128, levels: FULL },
  { gaussians: 144000, points: 9, channels: 128, levels: FULL },
];
const tiny: Size = { gaussians: 3, points: 2, channels: 16, levels: [[4, 6], [2, 3]] };
const CAMERAS = 6;
const GROUPS = 4;
// Of points all around, a camera rig like nuScenes' sees each with some 1.14 cameras.
const CAMERAS_PER_POINT = 1.14;

// Six pictures of 1600x864 in a ring, looking 55 degrees apart, the one to the rear with a wider lens.
function projections(gpu: Gpu): Tensor {
  const rows = [0, -55, 55, 180, 110, -110].flatMap((degrees) => {
    const angle = degrees * Math.PI / 180;
    const focal = degrees === 180 ? 809 : 1266;
    const [x, y] = [Math.cos(angle), Math.sin(angle)];
    return [
      ...[focal * y + 800 * x, -focal * x + 800 * y, 0, 0],
      ...[432 * x, 432 * y, -focal, 0],
      ...[x, y, 0, 0],
      ...[0, 0, 0, 1],
    ];
  });
  return Tensor.from(gpu, rows, [CAMERAS, 4, 4]);
}

function setUp(gpu: Gpu, { gaussians, points, channels, levels }: Size) {
  let state = 1;
  const random = (low: number, high: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + (high - low) * state / 2 ** 32;
  };
  const at = new Float32Array(gaussians * points * 3);
  for (let g = 0; g < gaussians; g++) {
    const mean = [random(-50, 50), random(-50, 50), random(-5, 3)];
    for (let i = 0; i < 3 * points; i++) at[3 * points * g + i] = mean[i % 3]! + random(-1, 1);
  }
  const pixels = levels.reduce((sum, [height, width]) => sum + height * width, 0);
  const entries = levels.length * points * GROUPS;
  const sizes = Tensor.from(
    gpu,
    Array.from({ length: 2 * CAMERAS }, (_, i) => i % 2 ? 864 : 1600),
    [CAMERAS, 2],
  );
  const { location, visible } = noGradient(gpu, () =>
    projectPoints(
      Tensor.from(gpu, at, [gaussians, points, 3]),
      projections(gpu),
      sizes,
    ));
  return {
    features: variable(Tensor.zeros(gpu, [CAMERAS, pixels, channels])),
    location: variable(location),
    visible,
    perGaussian: variable(Tensor.zeros(gpu, [gaussians, entries])),
    perCamera: variable(Tensor.zeros(gpu, [CAMERAS, entries])),
  };
}

// Bytes of the bilinear corners that are read, each once a pass.
const bytes = (passes: number) => ({ gaussians, points, channels, levels }: Size): number =>
  passes * gaussians * points * CAMERAS_PER_POINT * levels.length * 4 * 4 * channels;

/** Attention, sampling and summing over six cameras: prob/gs6400 and prob/gs25600. */
export const cases = [
  {
    name: "deformable_aggregation",
    sizes,
    small: sizes.slice(0, 1),
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      const inputs = setUp(gpu, size);
      return () => {
        using _scope = gpu.scope();
        noGradient(gpu, () => deformableAggregation(inputs, { ...size, groups: GROUPS }));
      };
    },
    bytes: bytes(1),
  },
  {
    name: "deformable_aggregation_forward_backward",
    sizes,
    small: sizes.slice(0, 1),
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      const inputs = setUp(gpu, size);
      const dy = Tensor.from(
        gpu,
        new Float32Array(size.gaussians * size.channels).fill(1),
        [size.gaussians, size.channels],
      );
      return () => {
        using _scope = gpu.scope();
        backward(deformableAggregation(inputs, { ...size, groups: GROUPS }), dy);
        for (const input of Object.values(inputs)) input.gradient = null;
      };
    },
    bytes: bytes(3),
  },
];
