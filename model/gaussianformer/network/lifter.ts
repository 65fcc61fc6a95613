import type { Parameter } from "../../../gpu/parameter.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { Initializer } from "../../init.ts";
import { Module } from "../../module.ts";
import { anchorTable } from "./anchor_init.ts";
import type { GaussianFormerConfig } from "../config/config.ts";

/** Learned anchors, the same for every scene; their features start at exactly zero. */
export class Lifter extends Module {
  readonly anchor: Parameter;

  constructor(init: Initializer, { gaussians, legacy }: GaussianFormerConfig) {
    super();
    this.anchor = anchorTable(init, gaussians.count, {
      positions: true,
      scales: "spread",
      opacity: gaussians.opacity,
      start: legacy ? 0.1 : 0.5,
      semantics: gaussians.semantics,
    });
  }

  /** Anchors [G, width]. */
  forward(): Tensor {
    return this.anchor.value;
  }
}
