import { absgrad } from "./absgrad/absgrad.ts";
import { cloneAndSplit } from "./default/clone_and_split.ts";
import { mcmc } from "./mcmc/mcmc.ts";
import type { StrategyKind, StrategySettings } from "./strategy.ts";

/** Name of a strategy. */
export type StrategyName = "default" | "absgrad" | "mcmc";

/** How Gaussians may multiply, by the name that `--strategy` takes. */
export const STRATEGIES: Readonly<Record<StrategyName, StrategyKind>> = {
  default: cloneAndSplit,
  absgrad,
  mcmc,
};

/** What the strategies say of themselves, by name. */
export const STRATEGY_SETTINGS: Readonly<Record<StrategyName, StrategySettings>> = STRATEGIES;
