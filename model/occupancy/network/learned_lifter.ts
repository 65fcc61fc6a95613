import type { Parameter } from "../../../gpu/parameter.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { Initializer } from "../../init.ts";
import { Module } from "../../module.ts";
import type { AnchorModelConfig } from "../config/anchor_config.ts";
import { anchorTable } from "./anchor_init.ts";
import type { CameraBatch, Occupancy } from "./occupancy_network.ts";
import type { Tell } from "./progress.ts";
import { noTrace, type Trace } from "./trace.ts";

/** Where anchors begin. */
export interface Lifter extends Module {
  /** First features of the anchors where they are trained; else these are zero. */
  readonly instanceFeature: Parameter | null;
  /** Anchors [G, width] of a key frame with normalised pictures, and what they were drawn from. */
  forward(batch: CameraBatch, trace?: Trace, tell?: Tell): Lifted;
}

/** Where the anchors of a key frame begin. */
export interface Lifted extends Pick<Occupancy, "pixels"> {
  /** [G, width] */
  readonly anchor: Tensor;
}

/** Learned anchors, the same for every scene; their features start at exactly zero unless trained. */
export class LearnedLifter extends Module implements Lifter {
  readonly anchor: Parameter;
  readonly instanceFeature: Parameter | null;

  constructor(
    init: Initializer,
    { gaussians, encoder, lifter, legacy }: AnchorModelConfig,
  ) {
    super();
    this.anchor = anchorTable(init, gaussians.count, {
      positions: true,
      // Superquadrics start as large as one another.
      scales: gaussians.exponents ? "middle" : "spread",
      opacity: gaussians.opacity,
      start: legacy ? 0.1 : 0.5,
      exponents: gaussians.exponents !== undefined,
      semantics: gaussians.semantics,
      ...(encoder.margin === undefined ? {} : { margin: encoder.margin }),
    });
    this.anchor.trainable = lifter.trainAnchors;
    this.instanceFeature = lifter.trainFeatures
      ? init.xavier([gaussians.count, encoder.embedDims])
      : null;
  }

  forward(_batch: CameraBatch, trace: Trace = noTrace): Lifted {
    trace("lifter.representation", this.anchor.value);
    return { anchor: this.anchor.value, pixels: null };
  }
}
