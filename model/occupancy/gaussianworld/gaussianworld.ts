import type { OccupancyModel } from "../model.ts";
import { completeAnchors, recomputingAnchors } from "../config/defaults.ts";
import { workOf } from "../network/work.ts";
import { anchorCriterion } from "../training/losses.ts";
import { runClip } from "./arrays/run_clip.ts";
import { check } from "./config/check.ts";
import type { GaussianWorldConfig, StreamConfig } from "./config/config.ts";
import { worldPresets } from "./config/presets.ts";
import { original } from "./config/read_original.ts";
import { worldKeys } from "./keys.ts";
import { GaussianWorld } from "./network/gaussianworld.ts";

/** GaussianWorld: GaussianFormer's Gaussians, carried from key frame to key frame. */
export const gaussianWorld: OccupancyModel<GaussianWorldConfig> = {
  name: "gaussianworld",
  presets: worldPresets,
  complete: completeAnchors,
  check,
  original,
  keys: worldKeys,
  fits: ({ gaussians }, weights) =>
    weights["lifter.anchor"]?.shape[0] === gaussians.count &&
    "encoder.layers.4.output_layers.0.weight" in weights,
  network: (init, config) => new GaussianWorld(init, config),
  criterion: anchorCriterion,
  unlearned: ({ stream, neck }) =>
    stream.train && neck.frozen
      ? "the backbone and the neck are frozen and random: train the base first, then --load-from its checkpoint"
      : null,
  stream: ({ stream }) => ({
    clip: stream.train ? stream.clip : null,
    chance: (epoch) => chanceToForget(stream.forget, epoch),
    streams: stream.train,
    window: stream.window,
  }),
  work: workOf,
  recomputing: recomputingAnchors,
  fewer: ({ gaussians, ...config }) => ({
    ...config,
    gaussians: { ...gaussians, count: Math.ceil(gaussians.count / 2) },
  }),
  shown: () => "base",
  runArrays: runClip,
};

/** The chance of the stage that an epoch is in; the last one stays. */
function chanceToForget(stages: StreamConfig["forget"], epoch: number): number {
  let end = 0;
  const stage = stages.find(([, epochs]) => epoch < (end += epochs)) ?? stages.at(-1)!;
  return stage[0];
}
