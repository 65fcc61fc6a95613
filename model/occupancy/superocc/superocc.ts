import type { OccupancyModel } from "../model.ts";
import { completeShared } from "../config/defaults.ts";
import { runFrames } from "./arrays/run_frames.ts";
import { checkSuperOccConfig } from "./config/check_config.ts";
import type { SuperOccConfig } from "./config/config.ts";
import { superOccPresets } from "./config/presets.ts";
import { original } from "./config/read_original.ts";
import { SuperOcc } from "./network/superocc.ts";
import { workOf } from "./network/work.ts";
import { superOccCriterion } from "./training/criterion.ts";

/** SuperOcc. */
export const superOcc: OccupancyModel<SuperOccConfig> = {
  name: "superocc",
  presets: superOccPresets,
  // Its pyramid began at the first stage before that was a setting.
  complete: (stored) => completeShared({ ...stored, neck: { ...stored.neck, first: 0 } }),
  check: checkSuperOccConfig,
  original,
  keys: {
    owns: (keys) => keys.some((key) => key.startsWith("pts_bbox_head.")),
    ours: (key) => key,
    theirs: (key) => key,
  },
  fits: ({ queries, decoder: { points, refines, embedDims }, queries: { frames } }, weights) => {
    const shape = (key: string) => weights[`pts_bbox_head.${key}`]?.shape.join();
    const last = `transformer.decoder.decoder_layers.${refines.length - 1}`;
    return shape("init_points.weight") === `${queries.count},3` &&
      shape(`${last}.reg_branch.4.weight`) === `${13 * refines.at(-1)!},${embedDims}` &&
      shape(`${last}.mixing.out_proj.weight`) === `${embedDims},${embedDims * points * frames}`;
  },
  network: (init, config) => new SuperOcc(init, config),
  criterion: superOccCriterion,
  stream: ({ stream: { clip, singleEpochs, window } }) => ({
    clip,
    chance: (epoch) => epoch < singleEpochs ? 1 : 0,
    streams: true,
    window,
  }),
  work: workOf,
  recomputing: ({ backbone, ...config }, recompute) => ({
    ...config,
    backbone: { ...backbone, recompute },
  }),
  fewer: () => null,
  shown: () => "prob",
  runArrays: runFrames,
};
