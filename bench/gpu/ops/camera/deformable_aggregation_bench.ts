import type { Gpu } from "../../../../gpu/device.ts";
import { deformableAggregation } from "../../../../gpu/ops/camera/deformable_aggregation.ts";
import { backward, noGradient, variable } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { filled } from "../../../filled.ts";

interface Size {
  gaussians: number;
  points: number;
  cameras: number;
  channels: number;
  groups: number;
  /** Height and width of the finest of four levels. */
  finest: [number, number];
}

const shape = { cameras: 6, channels: 128, groups: 4 };
const sizes: Size[] = [6400, 25600].map((gaussians) => (
  { gaussians, points: 13, ...shape, finest: [108, 200] }
));
const small: Size[] = [{ gaussians: 1600, points: 13, ...shape, finest: [27, 50] }];
const tiny: Size = {
  gaussians: 3,
  points: 2,
  cameras: 2,
  channels: 8,
  groups: 2,
  finest: [8, 8],
};

function levelsOf({ finest: [height, width] }: Size): [number, number][] {
  return [1, 2, 4, 8].map((step) => [Math.ceil(height / step), Math.ceil(width / step)]);
}

function make(gpu: Gpu, size: Size) {
  const { gaussians, points, cameras, channels, groups } = size;
  const levels = levelsOf(size);
  const pixels = levels.reduce((sum, [height, width]) => sum + height * width, 0);
  // Each point is seen by one camera, one in five by a second one.
  const visible = Uint32Array.from({ length: gaussians * points * cameras }, (_, i) => {
    const point = Math.floor(i / cameras);
    const first = (point * 7 + (point >> 8)) % cameras;
    return Number(
      i % cameras === first || (point % 5 === 0 && i % cameras === (first + 1) % cameras),
    );
  });
  return {
    inputs: {
      features: filled(gpu, [cameras, pixels, channels]),
      location: filled(gpu, [gaussians, points, cameras, 2], 0, 1),
      visible: Tensor.from(gpu, visible, [gaussians, points, cameras]),
      perGaussian: filled(gpu, [gaussians, levels.length * points * groups]),
      perCamera: filled(gpu, [cameras, levels.length * points * groups]),
    },
    options: { levels, groups },
  };
}

/** What the Gaussians see in six pictures: softmax over the visible samples and their sum. */
export const cases = [
  {
    name: "deformable_aggregation",
    sizes,
    small,
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      const { inputs, options } = make(gpu, size);
      return () => {
        using _scope = gpu.scope();
        noGradient(gpu, () => deformableAggregation(inputs, options));
      };
    },
  },
  {
    name: "deformable_aggregation_forward_backward",
    sizes,
    small,
    tiny,
    run(gpu: Gpu, size: Size): () => void {
      const { inputs, options } = make(gpu, size);
      const { features, location, perGaussian, perCamera } = inputs;
      const leaves = [features, location, perGaussian, perCamera].map(variable);
      const dy = filled(gpu, [size.gaussians, size.channels]);
      return () => {
        using _scope = gpu.scope();
        backward(deformableAggregation(inputs, options), dy);
        for (const leaf of leaves) leaf.gradient = null;
      };
    },
  },
];
