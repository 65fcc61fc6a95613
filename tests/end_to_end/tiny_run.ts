import { join } from "@std/path";
import { writeSyntheticDataset } from "../../data/synth/dataset.ts";
import type { Gpu } from "../../gpu/device.ts";
import type { GaussianFormerConfig } from "../../model/occupancy/gaussianformer/config/config.ts";
import type { SampledLifterConfig } from "../../model/occupancy/config/anchor_config.ts";
import { presets } from "../../model/occupancy/gaussianformer/config/presets.ts";
import {
  type TrainEvent,
  trainOccupancy,
  type TrainOptions,
} from "../../model/occupancy/training/training.ts";

const demo: GaussianFormerConfig = presets.demo;

/** The demo's model with hardly any width. */
export const TINY: GaussianFormerConfig = {
  ...demo,
  image: { ...demo.image, width: 64, height: 36 },
  backbone: { ...demo.backbone, stemChannels: 8, baseChannels: 8 },
  gaussians: { ...demo.gaussians, count: 70 },
  encoder: { ...demo.encoder, embedDims: 16, feedforward: 32, blocks: 1 },
  occupancy: { ...demo.occupancy, voxel: 4 },
  optim: { ...demo.optim, steps: 6, warmupSteps: 2 },
};

const full: GaussianFormerConfig = presets["prob/nuscenes_gs6400"];

/** The same with GaussianFormer-2's sampled lifter. */
export const TINY_SAMPLED: GaussianFormerConfig = {
  ...TINY,
  // The neck of a sampled lifter needs whole factors between its maps.
  image: { ...TINY.image, width: 64, height: 32 },
  lifter: {
    ...full.lifter as SampledLifterConfig,
    backbone: TINY.backbone,
    count: 40,
    bins: 24,
    neckChannels: 8,
  },
  loss: { ...TINY.loss, pixel: 1 },
};

/** Runs `body` with a folder of small synthetic key frames and one to write to. */
export async function withDataset(
  body: (dataDir: string, folder: string) => Promise<void>,
  { scenes = 4, valScenes = 1, framesPerScene = 1 } = {},
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const dataDir = join(folder, "data");
    await writeSyntheticDataset(dataDir, {
      seed: 3,
      scenes,
      valScenes,
      framesPerScene,
      imageSize: [96, 54],
    });
    await body(dataDir, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Trains and returns all that was told. */
export function run(
  gpu: Gpu,
  options: Partial<TrainOptions> & { workDir: string },
): Promise<TrainEvent[]> {
  const defaults = { preset: "demo", config: TINY, seed: 7, workers: 0 };
  return Array.fromAsync(trainOccupancy(gpu, { ...defaults, ...options }));
}

/** Steps with their losses and gradient norms. */
export function losses(events: readonly TrainEvent[]): [number, number, number][] {
  return events.flatMap((event) =>
    event.type === "step" ? [[event.step, event.loss, event.gradientNorm]] : []
  );
}
