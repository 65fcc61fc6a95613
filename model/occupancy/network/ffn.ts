import { add } from "../../../gpu/ops/array/elementwise/binary.ts";
import { dropout } from "../../../gpu/ops/nn/dropout.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { Initializer } from "../../init.ts";
import { LayerNorm } from "../../layers/layer_norm.ts";
import { Linear } from "../../layers/linear.ts";
import { recomputed } from "../../layers/recomputed.ts";
import { Module } from "../../module.ts";
import type { EncoderConfig } from "../config/anchor_config.ts";

/** Sizes of it. */
export type FeedForwardConfig = Pick<
  EncoderConfig,
  | "embedDims"
  | "feedforward"
  | "residual"
  | "feedforwardNorm"
  | "feedforwardBypass"
  | "dropout"
  | "recompute"
>;

/**
 * Linear, ReLU, dropout, linear, dropout. GaussianFormer has a norm before it and a linear bypass of
 * what was normed; in GaussianFormer-2 the encoder adds the residual.
 */
export class FeedForward extends Module {
  readonly preNorm: LayerNorm | null;
  readonly layers: [[Linear], Linear];
  readonly identityFc: Linear | null;
  readonly #dropout: number;
  readonly #recompute: boolean;

  constructor(init: Initializer, encoder: FeedForwardConfig) {
    super();
    const { embedDims: channels, feedforward: hidden } = encoder;
    const inputs = encoder.residual === "cat" ? 2 * channels : channels;
    const linear = (from: number, to: number) =>
      new Linear(init, from, to, { weight: "xavier", bias: "fanIn" });
    this.preNorm = encoder.feedforwardNorm ? new LayerNorm(init, inputs) : null;
    this.layers = [[linear(inputs, hidden)], linear(hidden, channels)];
    this.identityFc = encoder.feedforwardBypass ? linear(inputs, channels) : null;
    this.#dropout = encoder.dropout;
    this.#recompute = encoder.recompute;
  }

  forward(feature: Tensor): Tensor {
    return recomputed(feature, this.#recompute, (feature) => this.#mix(feature));
  }

  #mix(feature: Tensor): Tensor {
    const [[expand], contract] = this.layers;
    const x = this.preNorm ? this.preNorm.forward(feature) : feature;
    const drop = (y: Tensor) => dropout(y, this.#dropout, { training: this.training });
    const y = drop(contract.forward(drop(expand.forward(x, { activation: "relu" }))));
    return this.identityFc ? add(this.identityFc.forward(x), y) : y;
  }
}
