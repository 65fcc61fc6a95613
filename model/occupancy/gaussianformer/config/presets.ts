import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import { gridRange } from "../../../../data/occupancy/task.ts";
import { type ResNetConfig, resnetDepth } from "../../../backbone/resnet_config.ts";
import type { GaussianFormerConfig } from "./config.ts";
import type { SampledLifterConfig } from "../../config/anchor_config.ts";
import { DEFAULTS } from "../../config/defaults.ts";

const CLASSES = surroundOcc.classes.length;

/** ResNet-101 with deformable convolutions in its last two stages, as FCOS3D pre-trained it. */
const r101: ResNetConfig = {
  ...resnetDepth(101),
  style: "caffe",
  stemChannels: 64,
  baseChannels: 64,
  deformable: [false, false, true, true],
  frozenStages: 1,
  frozenNorms: true,
  recompute: true,
};

/** GaussianFormer with a Gaussian of its own for free space. */
const solid: GaussianFormerConfig = {
  model: "gaussianformer",
  legacy: false,
  task: surroundOcc,
  image: { ...DEFAULTS.image, width: 1600, height: 864, flip: true, photometric: true },
  backbone: r101,
  neck: { ...DEFAULTS.neck, levels: 4 },
  gaussians: { count: 25600, scaleRange: [0.08, 0.64], semantics: CLASSES - 1, opacity: true },
  lifter: { kind: "learned", trainAnchors: true, trainFeatures: false },
  encoder: {
    order: "v1",
    embedDims: 128,
    groups: 4,
    blocks: 4,
    residual: "cat",
    feedforward: 512,
    feedforwardNorm: true,
    feedforwardBypass: true,
    dropout: 0.1,
    attentionDropout: 0.15,
    recompute: true,
    learnedPoints: 2,
    learnedPointScale: 1,
    cell: 0.5,
    kernel: 5,
    convolutions: 0,
    outputProjection: true,
    duplicates: "native",
    refinement: "v1",
    semanticsActivation: "softplus",
    unitXyz: [4, 4, 1],
  },
  occupancy: { range: gridRange(surroundOcc.grid), voxel: surroundOcc.grid.voxel },
  head: {
    kind: "additive",
    scaleMultiplier: 3,
    supervised: "random_1",
    empty: { mean: [0, 0, -1], scale: [100, 100, 8] },
  },
  loss: {
    ...DEFAULTS.loss,
    nll: 10,
    lovasz: 1,
    semScal: 0,
    geoScal: 0,
    focal: 0,
    dice: 0,
    pixel: 0,
    balance: "manual",
  },
  optim: {
    ...DEFAULTS.optim,
    lr: 2e-4,
    weightDecay: 0.01,
    backboneLr: 0.1,
    clipNorm: 35,
    warmupSteps: 500,
    minLrRatio: 0.1,
    // 20 epochs of 28 130 key frames on 8 devices.
    steps: 70_320,
  },
};

/** GaussianFormer: free space is a class that Gaussians learn. */
const gs144000: GaussianFormerConfig = {
  ...solid,
  gaussians: { count: 144000, scaleRange: [0.08, 0.32], semantics: CLASSES, opacity: false },
  encoder: {
    ...solid.encoder,
    outputProjection: false,
    semanticsActivation: "identity",
    unitXyz: [2, 2, 0.5],
  },
  head: { kind: "additive", scaleMultiplier: 3, supervised: "all", empty: null },
};

/** GaussianFormer-2's start. */
export const depths: SampledLifterConfig = {
  kind: "sampled",
  trainAnchors: false,
  trainFeatures: false,
  count: 4000,
  bins: 128,
  pointsPerPixel: 1,
  deterministic: false,
  subset: "farthest",
  frozen: true,
  backbone: r101,
  neckChannels: 128,
  neckStrides: [0.5, 1, 2, 4],
  downsample: 1,
};

/** GaussianFormer-2: occupancy is a probability, and Gaussians start where the pictures show something. */
const gs6400: GaussianFormerConfig = {
  ...solid,
  gaussians: { ...solid.gaussians, count: 6400, scaleRange: [0.01, 3.2] },
  lifter: depths,
  encoder: {
    ...solid.encoder,
    order: "v2",
    residual: "none",
    feedforwardNorm: false,
    feedforwardBypass: false,
    learnedPoints: 6,
    learnedPointScale: 6,
    cell: 1,
    convolutions: 3,
    refinement: "v2",
    semanticsActivation: "identity",
  },
  head: {
    kind: "probabilistic",
    scaleMultiplier: 4,
    supervised: "random_1",
    perAxis: false,
    combine: true,
    threshold: 0.5,
  },
  loss: { ...solid.loss, pixel: 1 },
  optim: { ...solid.optim, lr: 4e-4 },
};

const gs12800: GaussianFormerConfig = {
  ...gs6400,
  gaussians: { ...gs6400.gaussians, count: 12800, scaleRange: [0.01, 2.5] },
  lifter: { ...depths, count: 6400 },
  head: { ...gs6400.head, scaleMultiplier: 5 },
};

const gs25600: GaussianFormerConfig = {
  ...gs6400,
  gaussians: { ...gs6400.gaussians, count: 25600, scaleRange: [0.01, 1.8] },
  lifter: { ...depths, count: 19200 },
};

/** Small enough to learn in minutes on a software adapter, with every stage of GaussianFormer-2 but its start. */
const demo: GaussianFormerConfig = {
  ...gs6400,
  image: { ...gs6400.image, width: 192, height: 108, photometric: false },
  backbone: {
    ...r101,
    block: "basic",
    style: "pytorch",
    stageBlocks: [1, 1, 1, 1],
    stemChannels: 16,
    baseChannels: 16,
    deformable: [false, false, false, false],
    frozenStages: -1,
    frozenNorms: false,
    recompute: false,
  },
  gaussians: { ...gs6400.gaussians, count: 600, scaleRange: [0.3, 3] },
  lifter: solid.lifter,
  encoder: {
    ...gs6400.encoder,
    embedDims: 48,
    blocks: 2,
    feedforward: 128,
    dropout: 0,
    attentionDropout: 0,
    recompute: false,
    cell: 2,
    convolutions: 1,
  },
  occupancy: { ...gs6400.occupancy, voxel: 2 },
  loss: { ...gs6400.loss, pixel: 0 },
  optim: { ...gs6400.optim, lr: 3e-3, backboneLr: 1, warmupSteps: 5, steps: 300 },
};

/** The models by the names of the original's configuration files. */
export const presets = {
  demo,
  nuscenes_gs144000: gs144000,
  nuscenes_gs25600_solid: solid,
  "prob/nuscenes_gs6400": gs6400,
  "prob/nuscenes_gs12800": gs12800,
  "prob/nuscenes_gs25600": gs25600,
} satisfies Record<string, GaussianFormerConfig>;
