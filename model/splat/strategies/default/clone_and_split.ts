import type { StrategyKind } from "../strategy.ts";
import { DensityControl } from "./density_control.ts";

/** Adaptive density control as the reference has it, with the trainer's own defaults. */
export const cloneAndSplit: StrategyKind = {
  summary: "cloned and split where gradients are large (3DGS)",
  defaults: {},
  make: (training) => new DensityControl(training, "gradient"),
};
