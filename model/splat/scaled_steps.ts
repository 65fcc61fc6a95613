import type { SplatConfig } from "./config.ts";

/** Settings that are counted in iterations: a shorter training has all of them shorter. */
const COUNTED = [
  "iterations",
  "position_lr_max_steps",
  "exposure_lr_delay_steps",
  "densification_interval",
  "opacity_reset_interval",
  "densify_from_iter",
  "densify_until_iter",
  "sh_degree_interval",
] as const satisfies readonly (keyof SplatConfig)[];

/** The same training in `factor` times as many iterations, with its whole schedule (gsplat's `steps_scaler`). */
export function scaledSteps(config: SplatConfig, factor: number): SplatConfig {
  const scaled = COUNTED.map((name) => [name, scaledStep(config[name], factor)]);
  return { ...config, ...Object.fromEntries(scaled) };
}

/** One count of iterations, at least 1 where it was not 0. */
export function scaledStep(iteration: number, factor: number): number {
  return iteration <= 0 ? iteration : Math.max(1, Math.round(factor * iteration));
}
