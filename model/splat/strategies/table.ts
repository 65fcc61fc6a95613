import { absgrad } from "./absgrad/absgrad.ts";
import { cloneAndSplit } from "./default/clone_and_split.ts";
import { mcmc } from "./mcmc/mcmc.ts";
import type { StrategyKind } from "./strategy.ts";

/** How Gaussians may multiply, by the name that `--strategy` takes. */
export const STRATEGIES = {
  default: cloneAndSplit,
  absgrad,
  mcmc,
} as const satisfies Record<string, StrategyKind>;

/** Name of a strategy. */
export type StrategyName = keyof typeof STRATEGIES;
