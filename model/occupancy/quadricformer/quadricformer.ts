import { runAnchorArrays } from "../arrays/run_arrays.ts";
import type { RunResult } from "../arrays/run_options.ts";
import type { Initializer } from "../../init.ts";
import { checkAnchorConfig } from "../config/check_anchor_config.ts";
import { completeAnchors, recomputingAnchors } from "../config/defaults.ts";
import type { OccupancyModel } from "../model.ts";
import { workOf } from "../network/work.ts";
import { anchorCriterion } from "../training/losses.ts";
import type { QuadricFormerConfig } from "./config/config.ts";
import { quadricFormerPresets } from "./config/presets.ts";
import { original } from "./config/read_original.ts";
import { keys } from "./keys.ts";
import { QuadricFormer } from "./network/quadricformer.ts";

/** QuadricFormer. */
export const quadricFormer: OccupancyModel<QuadricFormerConfig> = {
  name: "quadricformer",
  presets: quadricFormerPresets,
  complete: completeAnchors,
  check: (config, { labelled } = {}) =>
    checkAnchorConfig(config, {
      model: "quadricformer",
      labelled,
      heads: ["superquadric"],
      lifters: ["learned"],
    }),
  original,
  keys,
  fits: ({ gaussians }, weights) =>
    weights["lifter.anchor"]?.shape[0] === gaussians.count &&
    "encoder.anchor_encoder.uv_fc.0.weight" in weights,
  network: (init, config) => new QuadricFormer(init, config),
  criterion: anchorCriterion,
  work: workOf,
  recomputing: recomputingAnchors,
  fewer: (config) => ({
    ...config,
    gaussians: { ...config.gaussians, count: Math.ceil(config.gaussians.count / 2) },
  }),
  shown: () => "prob",
  runArrays: async (gpu, { config, ...given }, options) => {
    const make = (init: Initializer) => new QuadricFormer(init, config);
    const result = await runAnchorArrays(gpu, { config, ...given, make }, options);
    return { ...result, outputs: withFirstOfLargestMap(result.outputs) };
  },
};

/** Of the largest feature map the original's cases keep the first camera alone. */
function withFirstOfLargestMap(outputs: RunResult["outputs"]): RunResult["outputs"] {
  const { shape, data } = outputs["fpn.P0"]!;
  const first = {
    shape: [1, ...shape.slice(1)],
    data: Float32Array.from({ length: data.length / shape[0]! }, (_, i) => data[i]!),
  };
  return { ...outputs, "fpn.P0": first };
}
