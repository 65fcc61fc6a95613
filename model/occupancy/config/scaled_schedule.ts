import type { OptimConfig } from "./model_config.ts";

/** A schedule of another length: warm-up and milestones lie at the same shares of it. */
export function scaledSchedule(optim: OptimConfig, steps: number): OptimConfig {
  const scaled = (step: number) => Math.round(step * steps / optim.steps);
  return {
    ...optim,
    steps,
    warmupSteps: scaled(optim.warmupSteps),
    milestones: optim.milestones.map(scaled),
  };
}
