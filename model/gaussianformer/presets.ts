import type { GaussianFormerConfig } from "./config.ts";

/** Small enough to learn in minutes on a software adapter, with every stage of the real models. */
const demo: GaussianFormerConfig = {
  model: "gaussianformer",
  image: { width: 192, height: 108, flip: true, photometric: false },
  backbone: { block: "basic", stageBlocks: [1, 1, 1, 1], stemChannels: 16, baseChannels: 16 },
  neck: { levels: 4 },
  gaussians: { count: 600, scaleRange: [0.3, 3], semantics: 17 },
  encoder: {
    embedDims: 48,
    groups: 4,
    blocks: 2,
    feedforward: 128,
    dropout: 0,
    attentionDropout: 0,
    learnedPoints: 6,
    learnedPointScale: 6,
    cell: 2,
    kernel: 5,
    convolutions: 1,
    duplicates: "native",
    unitXyz: [4, 4, 1],
  },
  occupancy: { range: [-50, -50, -5, 50, 50, 3], voxel: 2 },
  head: { scaleMultiplier: 4 },
  loss: { nll: 10, lovasz: 1 },
  optim: {
    lr: 3e-3,
    weightDecay: 0.01,
    backboneLr: 1,
    clipNorm: 35,
    warmupSteps: 5,
    minLrRatio: 0.1,
    steps: 300,
  },
};

/** The models by the names of the original's configuration files. */
export const presets = { demo } satisfies Record<string, GaussianFormerConfig>;
