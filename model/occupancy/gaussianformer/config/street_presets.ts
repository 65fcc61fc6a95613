import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import type { GaussianFormerConfig } from "./config.ts";
import { presets } from "./presets.ts";

const { demo } = presets;

const WEIGHTS = {
  others: 5,
  barrier: 5,
  bicycle: 5,
  bus: 2.5,
  car: 3,
  construction_vehicle: 4,
  motorcycle: 5,
  pedestrian: 5,
  traffic_cone: 5,
  trailer: 2.5,
  truck: 2.5,
  driveable_surface: 1,
  other_flat: 1.2,
  sidewalk: 1.5,
  terrain: 1,
  manmade: 1.5,
  vegetation: 3,
  empty: 0.6,
};
/**
 * Weights of the classes where the mean of their IoU is what counts: a class of IoU J gains from every
 * voxel whose probability is above J / (1 + J) (Lipton et al. 2014), so one that is hardly ever found must
 * be guessed at a tenth, and free space only at four tenths.
 */
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
  loss: { ...demo.loss, nll: 5, lovasz: 3, lovaszIgnore: 255 },
  optim: {
    ...demo.optim,
    lr: 2e-3,
    warmupSteps: 100,
    schedule: "multistep",
    milestones: [3600, 4500, 5200, 5700],
    decayRate: 0.4,
    steps: 6000,
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
