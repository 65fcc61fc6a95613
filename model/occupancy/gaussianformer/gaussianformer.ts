import type { Initializer } from "../../init.ts";
import { checkAnchorConfig } from "../config/check_anchor_config.ts";
import { recomputingAnchors } from "../config/defaults.ts";
import type { OccupancyModel } from "../model.ts";
import { runAnchorArrays } from "../arrays/run_arrays.ts";
import { workOf } from "../network/work.ts";
import { anchorCriterion } from "../training/losses.ts";
import { complete } from "./config/complete.ts";
import type { GaussianFormerConfig } from "./config/config.ts";
import { presetTable } from "./config/preset_table.ts";
import { original } from "./config/read_original.ts";
import { GaussianFormer } from "./network/gaussianformer.ts";
import { SampledLifter } from "./network/sampled_lifter.ts";
import { DepthPretraining } from "./training/depth_pretraining.ts";

/** GaussianFormer and GaussianFormer-2. */
export const gaussianFormer: OccupancyModel<GaussianFormerConfig> = {
  name: "gaussianformer",
  presets: presetTable,
  complete,
  check: (config, { labelled } = {}) =>
    checkAnchorConfig(config, {
      model: "gaussianformer",
      labelled,
      heads: ["additive", "probabilistic"],
      lifters: ["learned", "sampled"],
    }),
  original,
  keys: {
    // It is the first of the table: those of no other model are its.
    owns: () => false,
    ours: (key) => key,
    theirs: (key) => key,
  },
  fits: ({ gaussians, lifter }, weights) => {
    const rows = (key: string) => weights[key]?.shape[0] ?? 0;
    const [anchors, learned] = [rows("lifter.anchor"), rows("lifter.random_anchors")];
    return lifter.kind === "sampled"
      ? lifter.count === anchors && gaussians.count === anchors + learned
      : learned === 0 && gaussians.count === anchors;
  },
  network: (init, config) => new GaussianFormer(init, config),
  criterion: anchorCriterion,
  pretraining: (init, config) => new DepthPretraining(init, config),
  unlearned: ({ lifter }) =>
    lifter.kind !== "sampled"
      ? null
      : lifter.frozen
      ? "the lifter's depth network is frozen and random: train --stage initializer first, then --load-from its checkpoint"
      : "the lifter's depth network starts random",
  work: workOf,
  recomputing: ({ lifter, ...config }, recompute) => ({
    ...recomputingAnchors({ lifter, ...config }, recompute),
    lifter: lifter.kind === "sampled"
      ? { ...lifter, backbone: { ...lifter.backbone, recompute } }
      : lifter,
  }),
  fewer: (config) =>
    config.lifter.kind === "learned"
      ? {
        ...config,
        gaussians: { ...config.gaussians, count: Math.ceil(config.gaussians.count / 2) },
      }
      : null,
  shown: ({ head }) => head.kind === "probabilistic" ? "prob" : "base",
  runArrays: (gpu, { config, ...given }, options) =>
    runAnchorArrays(gpu, { config, ...given, make: (init) => steady(init, config) }, options),
};

/** In training mode, but for the statistics of the depth network, which are the running ones. */
function steady(init: Initializer, config: GaussianFormerConfig): GaussianFormer {
  const network = new GaussianFormer(init, config);
  network.train();
  if (network.lifter instanceof SampledLifter) network.lifter.initializeBackbone.train(false);
  return network;
}
