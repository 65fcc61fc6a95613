import type { AnchorModelConfig } from "../../config/anchor_config.ts";

/** Everything that defines a GaussianFormer and its training. */
export interface GaussianFormerConfig extends AnchorModelConfig {
  /** Which model this configures. */
  readonly model: "gaussianformer";
}
