import type { Gpu } from "../../gpu/device.ts";
import { PairBudget } from "../../gpu/ops/gaussian/rasterize/pair_budget.ts";
import { Tensor } from "../../gpu/tensor.ts";
import type { AppearanceName } from "../../model/splat/appearance/table.ts";
import { SPLAT_DEFAULTS, type SplatConfig } from "../../model/splat/config.ts";
import { SplatTraining } from "../../model/splat/training/splat_training.ts";
import { trainStep } from "../../model/splat/training/train_step.ts";
import type { Work } from "../case.ts";
import {
  cameraOf,
  capacityOf,
  crowdSplats,
  type RasterSize,
  sizes,
  small,
  tiny,
} from "../gpu/ops/gaussian/rasterize/raster_scene.ts";

// So slow that the scene is the same after thousands of steps, with all the work of a step.
const STILL = 1e-9;
const CONFIG: SplatConfig = {
  ...SPLAT_DEFAULTS,
  position_lr_init: STILL,
  position_lr_final: STILL,
  feature_lr: STILL,
  opacity_lr: STILL,
  scaling_lr: STILL,
  rotation_lr: STILL,
};

/** The optimizer's step alone, and a whole iteration: picture, loss, gradients, statistics, Adam. */
export const cases = [
  {
    name: "splat_optimizer",
    sizes,
    small,
    tiny,
    run: (gpu: Gpu, size: RasterSize) => start(gpu, size).adam,
  },
  {
    name: "splat_step",
    sizes,
    small,
    tiny,
    run: (gpu: Gpu, size: RasterSize) => start(gpu, size).step,
  },
  ...(["exposure", "ppisp", "bilateral"] as const).map((appearance) => ({
    name: `splat_step_${appearance}`,
    sizes,
    small,
    tiny,
    run: (gpu: Gpu, size: RasterSize) => start(gpu, size, appearance).step,
  })),
];

/** Pictures of a capture as people take them. */
const VIEWS = 200;

function start(
  gpu: Gpu,
  size: RasterSize,
  look: AppearanceName = "none",
): { adam: Work; step: Work } {
  const { width, height } = size;
  const training = new SplatTraining(gpu, {
    config: { ...CONFIG, appearance: look },
    train: new Array(VIEWS).fill({ name: "crowd" }),
    test: [],
    extent: 1,
    start: { splats: crowdSplats(size), activeDegree: 3 },
  });
  const { gaussians, optimizer, strategy, appearance } = training;
  const capacity = new PairBudget({ capacity: capacityOf(size) });
  const bytes = Uint8Array.from({ length: 4 * width * height }, (_, i) => (i * 37) % 256);
  const pixels = Tensor.from(gpu, bytes, [height, width, 4]);
  const { view, projection, position, ...rest } = cameraOf(size);
  const camera = {
    ...rest,
    view: Float32Array.from(view),
    projection: Float32Array.from(projection),
    position: Float32Array.from(position),
  };
  const shot = {
    name: "crowd",
    camera,
    test: false,
    pixels: () => ({ width, height, channels: 4 as const, data: bytes }),
  };
  const release = { [Symbol.dispose]: () => training.release() };
  const fitting = Tensor.zeros(gpu, [1], "u32");
  const seen = Tensor.from(gpu, new Int32Array(size.gaussians).fill(1));
  const step = () => {
    using _scope = gpu.scope();
    const results = trainStep(training, {
      shot,
      camera,
      picture: { pixels, counts: null },
      background: [0, 0, 0],
      capacity,
      look: appearance?.look({ view: 0, camera: 0 }) ?? null,
      alone: false,
      depth: null,
    });
    // Of the first iteration: sums of gradients alone, nothing to wait for.
    void strategy.afterBackward?.(1, results);
    appearance?.step(1, results.broken);
    optimizer.step(1, results);
    gaussians.dropGradients();
  };
  const adam = () => {
    // Gradients of zeros, as large as any; they stay from the first time on.
    for (const [, parameter] of gaussians.groups()) void parameter.gradient;
    optimizer.step(1, { broken: fitting, radii: seen, seen: null });
  };
  return { adam: Object.assign(adam, release), step: Object.assign(step, release) };
}
