import type { StrategyKind } from "../strategy.ts";
import { McmcControl } from "./mcmc_control.ts";

/** Scales at the start, as a share of the distance to the neighbours. */
const START_SHARE = 0.1;

/** 3D Gaussian splatting as Markov chain Monte Carlo (Kheradmand et al. 2024), with its own defaults. */
export const mcmc: StrategyKind = {
  summary: "moved and added up to a limit (3DGS-MCMC)",
  defaults: {
    opacity_lr: 0.05,
    densify_until_iter: 25_000,
    max_gaussians: 1_000_000,
    opacity_reg: 0.01,
    scale_reg: 0.01,
  },
  start: ({ opacities, logScales }) => {
    opacities.fill(0); // the logit of 0.5
    for (let i = 0; i < logScales.length; i++) logScales[i]! += Math.log(START_SHARE);
  },
  make: (training) => new McmcControl(training),
};
