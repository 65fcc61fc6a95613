import type { Parameter } from "../../../../gpu/parameter.ts";
import type { Tensor } from "../../../../gpu/tensor.ts";
import type { Initializer } from "../../../init.ts";
import { Module } from "../../../module.ts";
import { anchorTable } from "../../network/anchor_init.ts";
import type { GaussianFormerConfig } from "../config/config.ts";

/** Learned anchors, the same for every scene; their features start at exactly zero unless trained. */
export class Lifter extends Module {
  readonly anchor: Parameter;
  readonly instanceFeature: Parameter | null;

  constructor(
    init: Initializer,
    { gaussians, encoder, lifter, legacy }: GaussianFormerConfig,
  ) {
    super();
    this.anchor = anchorTable(init, gaussians.count, {
      positions: true,
      scales: "spread",
      opacity: gaussians.opacity,
      start: legacy ? 0.1 : 0.5,
      semantics: gaussians.semantics,
    });
    this.anchor.trainable = lifter.trainAnchors;
    this.instanceFeature = lifter.trainFeatures
      ? init.xavier([gaussians.count, encoder.embedDims])
      : null;
  }

  /** Anchors [G, width]. */
  forward(): Tensor {
    return this.anchor.value;
  }
}
