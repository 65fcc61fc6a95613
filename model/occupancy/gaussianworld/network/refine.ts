import { multiply } from "../../../../gpu/ops/array/elementwise/binary.ts";
import { concat } from "../../../../gpu/ops/array/move/concat.ts";
import type { Tensor } from "../../../../gpu/tensor.ts";
import type { Initializer } from "../../../init.ts";
import type { LayerNorm } from "../../../layers/layer_norm.ts";
import { Linear } from "../../../layers/linear.ts";
import { linearReluNorm, runLayers } from "../../../layers/mlp.ts";
import { recomputed } from "../../../layers/recomputed.ts";
import { Scale } from "../../../layers/scale.ts";
import { Module } from "../../../module.ts";
import type { EncoderConfig } from "../../config/anchor_config.ts";
import {
  residualRefine,
  type ResidualRefined,
  type ResidualRefineOptions,
} from "../residual_refine.ts";

/** Predicts from feature and embedding what changes of a Gaussian; keys are the original's. */
export class ResidualRefine extends Module {
  readonly outputLayers: (Linear | LayerNorm | Scale | null)[];

  readonly #recompute: boolean;

  constructor(
    init: Initializer,
    { embedDims: channels, recompute }: Pick<EncoderConfig, "embedDims" | "recompute">,
    width: number,
  ) {
    super();
    const mlp = linearReluNorm(init, { inputs: 2 * channels, channels, inner: 2, outer: 2 });
    this.outputLayers = [...mlp, new Linear(init, channels, width), new Scale(init, width)];
    this.#recompute = recompute;
  }

  /** New anchors of feature and embedding [G, channels] and anchors [G, width], and the raw output. */
  forward(
    { feature, embedding, anchor }: Readonly<Record<"feature" | "embedding" | "anchor", Tensor>>,
    options: ResidualRefineOptions,
  ): ResidualRefined & { readonly raw: Tensor } {
    const scale = this.outputLayers.at(-1) as Scale;
    const mlp = this.outputLayers.slice(0, -1) as (Linear | LayerNorm | null)[];
    const output = recomputed(
      concat([feature, embedding], 1),
      this.#recompute,
      (x) => runLayers(mlp, x),
    );
    const raw = multiply(output, scale.scale.value);
    return { ...residualRefine(raw, anchor, options), raw };
  }
}
