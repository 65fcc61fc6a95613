import type { Ranks } from "../../../run/ranks/ranks.ts";
import type { SplatConfig } from "../../config.ts";
import { viewsOfStep } from "../splat_training.ts";
import { batchScaling } from "./batch_scaling.ts";

/** What a step of several views is made of and how it learns, in words; null where it has one. */
export function describeBatch(config: SplatConfig, ranks: Ranks): string | null {
  const views = viewsOfStep(config, ranks);
  if (views === 1) return null;
  const { size, engine } = ranks;
  const { rate, betas } = batchScaling(views);
  const [first, second] = betas.map((beta) => beta.toFixed(4));
  const who = size > 1 ? `${size} ranks over ${engine}: ` : "";
  const each = size > 1 ? `, ${config.batch_views} a rank` : "";
  const rates = config.scale_lr
    ? `rates times ${rate.toFixed(4)} and decays ${first} and ${second}`
    : "the rates and decays of one view (--scale-lr scales them)";
  const spread = size > 1 && config.shard_gaussians
    ? "; each rank holds a part of the Gaussians"
    : "";
  return `${who}a step takes ${views} views${each}, with ${rates}; --steps-scaler ${
    Number((1 / views).toPrecision(4))
  } draws as many views in all as one a step would${spread}`;
}
