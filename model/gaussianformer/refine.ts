import { add, multiply } from "../../gpu/ops/array/binary.ts";
import { refine, type Refined } from "../../gpu/ops/gaussian/refine.ts";
import type { Parameter } from "../../gpu/parameter.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import type { LayerNorm } from "../layers/layer_norm.ts";
import { Linear } from "../layers/linear.ts";
import { linearReluNorm, runLayers } from "../layers/mlp.ts";
import { Module } from "../module.ts";
import { anchorRanges, type GaussianFormerConfig } from "./config.ts";

/** A learned factor for each channel. */
class Scale extends Module {
  readonly scale: Parameter;

  constructor(init: Initializer, channels: number) {
    super();
    this.scale = init.constant([channels], 1);
  }
}

/** Predicts from a Gaussian's feature how far it moves, and all else anew. */
export class Refine extends Module {
  readonly layers: (Linear | LayerNorm | Scale | null)[];
  readonly #config: GaussianFormerConfig;

  constructor(init: Initializer, config: GaussianFormerConfig) {
    super();
    const channels = config.encoder.embedDims;
    const width = 11 + config.gaussians.semantics;
    this.layers = [
      ...linearReluNorm(init, { inputs: channels, channels, inner: 2, outer: 2 }),
      new Linear(init, channels, width),
      new Scale(init, width),
    ];
    this.#config = config;
  }

  /** The new anchors [G, width] and the Gaussians that they decode to. */
  forward(feature: Tensor, anchor: Tensor, embedding: Tensor): Refined {
    const scale = this.layers.at(-1) as Scale;
    const mlp = this.layers.slice(0, -1) as (Linear | LayerNorm | null)[];
    const raw = multiply(runLayers(mlp, add(feature, embedding)), scale.scale.value);
    return refine(raw, anchor, {
      version: 2,
      unit: this.#config.encoder.unitXyz,
      ...anchorRanges(this.#config),
    });
  }
}
