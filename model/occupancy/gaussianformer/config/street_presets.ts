import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import type { GaussianFormerConfig } from "./config.ts";
import { presets } from "./presets.ts";

const { demo } = presets;

/**
 * Weights of the classes where the mean of their IoU is what counts: a class of IoU J gains from every
 * voxel whose probability is above J / (1 + J) (Lipton et al. 2014), so those that are hardly ever found
 * must be guessed early. Twice as strong (5 for the small things), they cost three points of the IoU of what
 * is occupied and gave nothing more.
 */
const WEIGHTS = {
  others: 2.2,
  barrier: 2.2,
  bicycle: 2.2,
  bus: 1.6,
  car: 1.7,
  construction_vehicle: 2,
  motorcycle: 2.2,
  pedestrian: 2.2,
  traffic_cone: 2.2,
  trailer: 1.6,
  truck: 1.6,
  driveable_surface: 1,
  other_flat: 1.1,
  sidewalk: 1.2,
  terrain: 1,
  manmade: 1.2,
  vegetation: 1.7,
  empty: 0.6,
};
const weights = surroundOcc.classes.map((name) => WEIGHTS[name as keyof typeof WEIGHTS] ?? 1);

/** What the demo's model is: small enough for hours on a software adapter. */
const small: GaussianFormerConfig = {
  ...demo,
  task: { ...surroundOcc, weights },
  image: { ...demo.image, flip: false },
  // A car at 20 m is 11 pixels high: too little for a map at an eighth.
  neck: { ...demo.neck, first: 0 },
  gaussians: { ...demo.gaussians, count: 1000, scaleRange: [0.3, 3] },
  encoder: { ...demo.encoder, learnedPoints: 3 },
  // Without an ignored label Lovász sees what is guessed where nothing is.
  loss: { ...demo.loss, nll: 5, lovasz: 3, lovaszIgnore: 255 },
  optim: {
    ...demo.optim,
    lr: 2e-3,
    warmupSteps: 100,
    schedule: "multistep",
    milestones: [2000, 2500, 2900, 3150],
    decayRate: 0.4,
    steps: 3300,
  },
};

/**
 * The same design for a GPU: pictures four times as wide, the labels' own voxels, a backbone of eight blocks.
 * It is planned, not trained: nobody here had the GPU.
 */
const street: GaussianFormerConfig = {
  ...small,
  image: { ...small.image, width: 768, height: 432, photometric: true },
  backbone: { ...small.backbone, stageBlocks: [2, 2, 2, 2], stemChannels: 32, baseChannels: 32 },
  gaussians: { ...small.gaussians, count: 6400, scaleRange: [0.1, 2.5] },
  encoder: {
    ...small.encoder,
    embedDims: 128,
    blocks: 4,
    feedforward: 512,
    learnedPoints: 6,
    cell: 1,
  },
  occupancy: { ...small.occupancy, voxel: 0.5 },
  optim: {
    ...small.optim,
    lr: 4e-4,
    warmupSteps: 500,
    milestones: [24_000, 30_000, 35_000, 38_000],
    steps: 40_000,
  },
};

/** Ours, for the streets that `data synth` makes: the shipped model's, and one for a GPU. */
export const streetPresets = {
  street,
  street_small: small,
} satisfies Record<string, GaussianFormerConfig>;
