import { dropout } from "../../gpu/ops/nn/dropout.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import { Linear } from "../layers/linear.ts";
import { Module } from "../module.ts";

/** Linear, ReLU, dropout, linear, dropout; its residual is added by the encoder. */
export class FeedForward extends Module {
  readonly layers: [[Linear], Linear];
  readonly #dropout: number;

  constructor(init: Initializer, channels: number, hidden: number, dropout: number) {
    super();
    this.layers = [
      [new Linear(init, channels, hidden, { weight: "xavier" })],
      new Linear(init, hidden, channels, { weight: "xavier" }),
    ];
    this.#dropout = dropout;
  }

  forward(x: Tensor): Tensor {
    const [[expand], contract] = this.layers;
    const drop = (y: Tensor) => dropout(y, this.#dropout, { training: this.training });
    return drop(contract.forward(drop(expand.forward(x, { activation: "relu" }))));
  }
}
