import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import { occ3d } from "../../../../data/occ3d/task.ts";
import { gridRange, type OccupancyTask } from "../../../../data/occupancy/task.ts";
import { frequencyWeights } from "../../../../loss/class_weights.ts";
import { type ResNetConfig, resnetDepth } from "../../../backbone/resnet_config.ts";
import { DEFAULTS, NO_RULES } from "../../config/defaults.ts";
import type { SuperOccConfig } from "./config.ts";

/** What the published configurations say of a size. */
interface Size {
  readonly queries: number;
  readonly propagated: number;
  readonly points: number;
  readonly refines: readonly number[];
}

const SIZES = {
  t: { queries: 600, propagated: 500, points: 4, refines: [2, 2, 4, 4, 8, 8] },
  s: { queries: 1200, propagated: 1000, points: 2, refines: [2, 2, 4, 4, 8, 8] },
  m: { queries: 2400, propagated: 2000, points: 2, refines: [1, 1, 2, 2, 4, 4] },
  l: { queries: 3600, propagated: 3000, points: 2, refines: [1, 1, 2, 2, 4, 4] },
} as const satisfies Record<string, Size>;

/** Voxels by class of Occ3D's training set, by which the published configurations weigh the classes. */
export const OCC3D_FREQUENCIES: readonly number[] = [
  ...[2082349, 3012970, 234046, 5385402, 34146494, 2044124, 325765, 3330253, 543815],
  ...[5785079, 13521112, 198278651, 4895895, 56540471, 66504617, 227803562, 252374615],
  17126390780,
];

/** Occ3D's labels with SuperOcc's weights of the classes. */
export function weighedOcc3d(frequencies: readonly number[] = OCC3D_FREQUENCIES): OccupancyTask {
  return { ...occ3d, weights: frequencyWeights(frequencies) };
}

const r50: ResNetConfig = {
  ...resnetDepth(50),
  style: "pytorch",
  stemChannels: 64,
  baseChannels: 64,
  deformable: [false, false, false, false],
  frozenStages: 1,
  frozenNorms: false,
  recompute: true,
};

// 704 of 1600 pixels: the factor at which a picture just covers the input.
const COVER = 704 / 1600;
// Steps of an epoch: nuScenes' 28 130 key frames of training, in the eight streams of the published runs.
const EPOCH = Math.floor(28_130 / 8);

function superOcc(
  { queries, propagated, points, refines }: Size,
  task: OccupancyTask,
  { epochs, threshold }: { readonly epochs: number; readonly threshold: number | null },
): SuperOccConfig {
  return {
    model: "superocc",
    legacy: false,
    task,
    image: {
      ...DEFAULTS.image,
      width: 704,
      height: 256,
      flip: true,
      photometric: false,
      resize: [0.38 / COVER, 0.55 / COVER],
    },
    backbone: r50,
    neck: { ...DEFAULTS.neck, first: 0, levels: 4 },
    gaussians: {
      count: queries * refines.at(-1)!,
      scaleRange: [0.01, 3.2],
      semantics: task.classes.length - 1,
      opacity: true,
    },
    superquadrics: { u: [0.1, 2], v: [0.1, 2], unitXyz: [3, 3, 3] },
    queries: { count: queries, propagated, distance: 1, frames: 8 },
    // Half a scene, as the published runs cut them.
    stream: { clip: 20, singleEpochs: 2, window: 20 },
    decoder: {
      embedDims: 256,
      refines,
      heads: 8,
      groups: 4,
      points,
      feedforward: 512,
      dropout: 0.1,
    },
    occupancy: { range: gridRange(task.grid), voxel: task.grid.voxel },
    head: { scaleMultiplier: 3, cut: 30, threshold },
    loss: {
      ...DEFAULTS.loss,
      nll: 10,
      lovasz: 1,
      semScal: 0,
      geoScal: 0,
      focal: 0,
      dice: 0,
      pixel: 0,
      points: 0.5,
      pointsBeta: 0.2,
      // Free space is a class as any other.
      lovaszIgnore: 255,
      masked: false,
      balance: "manual",
    },
    optim: {
      ...DEFAULTS.optim,
      lr: 2e-4,
      weightDecay: 0.01,
      backboneLr: 0.1,
      rules: { ...NO_RULES, keys: [{ key: "sampling_offset", lr: 0.1, decay: 1 }] },
      clipNorm: 35,
      warmupSteps: 500,
      warmupStart: 2e-4 / 3,
      minLrRatio: 1e-3,
      steps: epochs * EPOCH,
    },
  };
}

const onSurroundOcc = (size: Size) => superOcc(size, surroundOcc, { epochs: 24, threshold: null });
const onOcc3d = (size: Size) => superOcc(size, weighedOcc3d(), { epochs: 48, threshold: 0.25 });

const t = onSurroundOcc(SIZES.t);

/** Small enough to learn in minutes on a software adapter, with every part of the model. */
const demo: SuperOccConfig = {
  ...t,
  image: { ...t.image, width: 192, height: 108, resize: [1, 1] },
  backbone: {
    ...r50,
    block: "basic",
    stageBlocks: [1, 1, 1, 1],
    stemChannels: 16,
    baseChannels: 16,
    frozenStages: -1,
    recompute: false,
  },
  gaussians: { ...t.gaussians, count: 600, scaleRange: [0.3, 3] },
  queries: { count: 150, propagated: 100, distance: 1, frames: 2 },
  stream: { clip: 4, singleEpochs: 1, window: 4 },
  decoder: {
    embedDims: 48,
    refines: [2, 4],
    heads: 4,
    groups: 4,
    points: 2,
    feedforward: 128,
    dropout: 0,
  },
  occupancy: { ...t.occupancy, voxel: 2 },
  optim: {
    ...t.optim,
    lr: 3e-3,
    backboneLr: 1,
    warmupSteps: 5,
    warmupStart: 1e-3,
    minLrRatio: 0.1,
    steps: 300,
  },
};

/** SuperOcc's four sizes on SurroundOcc's labels and, under `occ3d/`, on Occ3D's. */
export const superOccPresets = {
  "superocc/demo": demo,
  superocc_t: t,
  superocc_s: onSurroundOcc(SIZES.s),
  superocc_m: onSurroundOcc(SIZES.m),
  superocc_l: onSurroundOcc(SIZES.l),
  "occ3d/superocc_t": onOcc3d(SIZES.t),
  "occ3d/superocc_s": onOcc3d(SIZES.s),
  "occ3d/superocc_m": onOcc3d(SIZES.m),
  "occ3d/superocc_l": onOcc3d(SIZES.l),
} satisfies Record<string, SuperOccConfig>;
