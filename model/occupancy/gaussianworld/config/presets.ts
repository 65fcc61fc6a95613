import { presets as gaussianFormer } from "../../gaussianformer/config/presets.ts";
import type { GaussianWorldConfig, StreamConfig } from "./config.ts";

const { nuscenes_gs25600_solid: solid, demo: small } = gaussianFormer;

const stream: StreamConfig = {
  train: false,
  clip: 38,
  window: 30,
  forget: [[0.2, 5], [0.1, 5], [0.05, 5], [0.033, 5], [0, 10]],
  temporalBlocks: 3,
  temporalScale: 1,
  dynamicScale: 1,
  // Noise, barriers, cones and all that drives or walks; surfaces and what stands on them come after.
  moving: 11,
  turn: false,
  prior: solid.task.grid.dims,
  priorSeed: 1,
  priorFile: "",
  fallback: "original",
};

/** Trained on key frames, each on its own. */
const base: GaussianWorldConfig = {
  ...solid,
  model: "gaussianworld",
  image: { ...solid.image, flipEach: true },
  encoder: {
    ...solid.encoder,
    order: "world",
    learnedPoints: 6,
    learnedPointScale: 10,
    convolutions: 3,
    refinement: "residual",
  },
  head: {
    kind: "additive",
    scaleMultiplier: 5,
    supervised: "fixed_2_3",
    empty: { mean: [0, 0, -1], scale: [1000, 1000, 1000] },
  },
  loss: { ...solid.loss, together: true },
  optim: {
    ...solid.optim,
    lr: 4e-4,
  },
  stream,
};

/** Trained on clips, from the weights of the base. */
const streaming: GaussianWorldConfig = {
  ...base,
  backbone: { ...base.backbone, frozenStages: 4 },
  neck: { ...base.neck, frozen: true },
  lifter: { kind: "learned", trainAnchors: false, trainFeatures: false },
  // 30 epochs of 88 clips, the eighth part of 700 scenes, of 38 key frames each.
  optim: { ...base.optim, warmupSteps: 1000, steps: 30 * 88 * 38 },
  stream: { ...stream, train: true },
};

/** GaussianFormer's smallest, with a history: enough for synthetic scenes on a software adapter. */
const demo: GaussianWorldConfig = {
  ...base,
  image: { ...small.image, flipEach: true },
  backbone: small.backbone,
  gaussians: { ...base.gaussians, count: 600, scaleRange: [0.3, 3] },
  encoder: {
    ...base.encoder,
    embedDims: 48,
    blocks: 3,
    feedforward: 128,
    dropout: 0,
    attentionDropout: 0,
    recompute: false,
    cell: 2,
    convolutions: 1,
  },
  occupancy: { ...base.occupancy, voxel: 2 },
  head: { ...base.head, scaleMultiplier: 4, supervised: "fixed_1_2" },
  optim: { ...base.optim, lr: 3e-3, backboneLr: 1, warmupSteps: 5, steps: 300 },
  stream: {
    ...stream,
    clip: 8,
    window: 8,
    forget: [[0.2, 1], [0.1, 1], [0, 1]],
    temporalBlocks: 2,
    prior: [50, 50, 4],
  },
};

/** GaussianWorld's two stages by name, and a small one of ours. */
export const worldPresets = {
  "gaussianworld/base": base,
  "gaussianworld/stream": streaming,
  "gaussianworld/demo": demo,
} satisfies Record<string, GaussianWorldConfig>;
