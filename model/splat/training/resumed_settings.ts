import { resolve } from "@std/path";
import { ONE_RANK } from "../../run/ranks/ranks.ts";
import type { SplatConfig } from "../config.ts";
import { type SplatCheckpoint, viewsOf } from "./splat_checkpoint.ts";
import { type SplatTrainOptions, viewsOfStep } from "./splat_training.ts";

/** Settings that say where and how long, not how. */
const FREE: readonly string[] = [
  "iterations",
  "model_path",
  "source_path",
  "data_device",
  "debug",
  "shard_gaussians",
];

/** Settings without which the state of a checkpoint has no meaning. */
const BOUND: readonly (keyof SplatConfig)[] = [
  "strategy",
  "train_test_exp",
  "appearance",
  "ppisp_controller",
  "refine_poses",
];

/** Extents of the same cameras agree but for rounding. */
const SAME_EXTENT = 1e-6;

/**
 * Compares the settings and the scene of a checkpoint with those that a run goes on with: refuses what
 * its state does not fit, and says in one line each what else is different.
 */
export function compareSettings(
  { file, state }: SplatCheckpoint,
  config: SplatConfig,
  { train, extent, ranks = ONE_RANK }: Pick<SplatTrainOptions, "train" | "extent" | "ranks">,
): string[] {
  const saved = state.config;
  const differs = (name: string) => {
    const [old, now] = [saved, config].map((all) => all[name as keyof SplatConfig]);
    // A setting that came later had its default.
    return old !== undefined && JSON.stringify(old) !== JSON.stringify(now);
  };
  const name = BOUND.find(differs);
  if (name) {
    throw Object.assign(
      new RangeError(
        `Cannot go on from "${file}": it was trained with --${name} ${saved[name]}, this run has ${
          config[name]
        }`,
      ),
      { hint: "--init-ply starts from its Gaussians alone" },
    );
  }
  const elsewhere =
    `it was trained on "${saved.source_path}"; --init-ply starts from its Gaussians with other views`;
  if (Math.abs(extent - state.extent) > SAME_EXTENT * Math.max(extent, state.extent)) {
    throw Object.assign(
      new RangeError(
        `Cannot go on from "${file}": its cameras have the extent ${
          state.extent.toPrecision(6)
        }, those of "${config.source_path}" ${extent.toPrecision(6)}`,
      ),
      { hint: elsewhere },
    );
  }
  const views = viewsOf(train);
  if (state.views && (state.views.count !== views.count || state.views.names !== views.names)) {
    const others = state.views.count === views.count ? ", of other names" : "";
    throw Object.assign(
      new RangeError(
        `Cannot go on from "${file}": it was trained on ${state.views.count} views, "${config.source_path}" has ${views.count}${others}`,
      ),
      { hint: elsewhere },
    );
  }
  const remarks: string[] = [];
  const { ranks: before = 1 } = state;
  if (before !== ranks.size) {
    const views = viewsOfStep(config, ranks);
    remarks.push(
      `${before} ranks trained "${file}", ${ranks.size} go on: a step takes ${views} of the views now`,
    );
  }
  const changed = Object.keys(config).filter((key) => !FREE.includes(key) && differs(key));
  if (changed.length) {
    const listed = changed.map((key) => {
      const at = key as keyof SplatConfig;
      return `${key} ${config[at]} (was ${saved[at]})`;
    });
    remarks.push(`goes on with other settings than "${file}": ${listed.join(", ")}`);
  }
  if (resolve(saved.source_path) !== resolve(config.source_path)) {
    remarks.push(`"${file}" was trained on "${saved.source_path}"`);
  }
  return remarks;
}
