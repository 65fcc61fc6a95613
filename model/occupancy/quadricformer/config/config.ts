import type { AnchorModelConfig } from "../../config/anchor_config.ts";
import type { ExponentsConfig, GaussiansConfig } from "../../config/model_config.ts";

/** Everything that defines a QuadricFormer and its training. */
export interface QuadricFormerConfig extends AnchorModelConfig {
  /** Which model this configures. */
  readonly model: "quadricformer";
  /** How many superquadrics there are, and their ranges. */
  readonly gaussians: GaussiansConfig & { readonly exponents: ExponentsConfig };
}
