import type { Gpu } from "../../../../../gpu/device.ts";
import { sampleViews } from "../../../../../gpu/ops/camera/views/sample_views.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { filled } from "../../../../filled.ts";
import { forwardBackward, forwardOnly } from "../../nn/training.ts";

interface Size {
  queries: number;
  points: number;
  frames: number;
  channels: number;
  levels: readonly (readonly [number, number])[];
}

const CAMERAS = 6;
const GROUPS = 4;
// The levels of 704x256 pictures.
const PICTURE = [[64, 176], [32, 88], [16, 44], [8, 22]] as const;

const sizes: Size[] = [
  { queries: 600, points: 4, frames: 8, channels: 256, levels: PICTURE },
  { queries: 3600, points: 2, frames: 8, channels: 256, levels: PICTURE },
];
const tiny: Size = { queries: 5, points: 2, frames: 2, channels: 16, levels: [[3, 4], [2, 2]] };

function run(gpu: Gpu, { queries, points, frames, channels, levels }: Size) {
  const rows = queries * GROUPS * points;
  const pixels = levels.reduce((sum, [height, width]) => sum + height * width, 0);
  // All frames look into one bank, for eight of them take a gigabyte.
  const bank = filled(gpu, [CAMERAS, pixels, channels]);
  const location = filled(gpu, [frames, rows, 2], 0, 1);
  const weights = filled(gpu, [frames, rows, levels.length]);
  const view = Tensor.from(
    gpu,
    Uint32Array.from({ length: frames * rows }, (_, i) => i % CAMERAS),
    [frames, rows],
  );
  const banks = Array.from({ length: frames }, () => bank);
  const layout = { levels, groups: GROUPS, points };
  return {
    inputs: [bank, location, weights],
    op: () => sampleViews(banks, { location, view, weights }, layout),
  };
}

// Four pixels of each level, and what comes of them.
const bytes = ({ queries, points, frames, channels, levels }: Size) =>
  4 * queries * points * frames * channels * (4 * levels.length + 1);

/** Samples of several picture frames. */
export const cases = [
  {
    name: "sample_views",
    sizes,
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      return forwardOnly(gpu, run(gpu, size).op);
    },
    bytes,
  },
  {
    name: "sample_views_forward_backward",
    sizes,
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      const { inputs, op } = run(gpu, size);
      return forwardBackward(gpu, inputs, op);
    },
    bytes: (size: Size): number => 3 * bytes(size),
  },
];
