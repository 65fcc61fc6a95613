import { add } from "../../../gpu/ops/array/elementwise/binary.ts";
import { slice } from "../../../gpu/ops/array/move/slice.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { Initializer } from "../../init.ts";
import { type Layers, linearReluNorm, runLayers } from "../../layers/mlp.ts";
import { recomputed } from "../../layers/recomputed.ts";
import { Module } from "../../module.ts";
import type { AnchorModelConfig } from "../config/anchor_config.ts";

/** Embeds anchors from their raw columns (logits, not metres); one instance serves all blocks. */
export class AnchorEncoder extends Module {
  readonly xyzFc: Layers;
  readonly scaleFc: Layers;
  readonly rotFc: Layers;
  readonly opacityFc: Layers | null;
  /** Of a superquadric's exponents. */
  readonly uvFc: Layers | null;
  readonly semanticsFc: Layers;
  readonly outputFc: Layers;
  readonly #recompute: boolean;

  constructor(init: Initializer, { encoder, gaussians }: AnchorModelConfig) {
    super();
    const channels = encoder.embedDims;
    const branch = (inputs: number) =>
      linearReluNorm(init, { inputs, channels, inner: 1, outer: 2 });
    this.xyzFc = branch(3);
    this.scaleFc = branch(3);
    this.rotFc = branch(4);
    this.opacityFc = gaussians.opacity ? branch(1) : null;
    this.uvFc = gaussians.exponents ? branch(2) : null;
    this.semanticsFc = branch(gaussians.semantics);
    this.outputFc = branch(channels);
    this.#recompute = encoder.recompute;
  }

  /** Anchors [G, width] of G Gaussians to an embedding [G, channels]. */
  forward(anchor: Tensor): Tensor {
    return recomputed(anchor, this.#recompute, (anchor) => this.#embed(anchor));
  }

  #embed(anchor: Tensor): Tensor {
    const branch = (layers: Layers, start: number, end: number) =>
      runLayers(layers, slice(anchor, 1, start, end));
    const shape = this.opacityFc ? 11 : 10;
    const classes = this.uvFc ? shape + 2 : shape;
    const parts = [
      branch(this.xyzFc, 0, 3),
      branch(this.scaleFc, 3, 6),
      branch(this.rotFc, 6, 10),
      ...(this.opacityFc ? [branch(this.opacityFc, 10, 11)] : []),
      ...(this.uvFc ? [branch(this.uvFc, shape, classes)] : []),
      branch(this.semanticsFc, classes, anchor.shape[1]!),
    ];
    return runLayers(this.outputFc, parts.reduce((sum, part) => add(sum, part)));
  }
}
