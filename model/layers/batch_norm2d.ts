import { batchNorm2d } from "../../gpu/ops/nn/batch_norm.ts";
import type { Parameter } from "../../gpu/parameter.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import { Module } from "../module.ts";

/** Batch norm of [N, C, H, W] (Ioffe and Szegedy 2015); running statistics in evaluation. */
export class BatchNorm2d extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly runningMean: Parameter;
  readonly runningVar: Parameter;

  constructor(init: Initializer, channels: number, { weight = 1 }: { weight?: number } = {}) {
    super();
    this.weight = init.constant([channels], weight);
    this.bias = init.constant([channels], 0);
    this.runningMean = init.constant([channels], 0);
    this.runningVar = init.constant([channels], 1);
    this.runningMean.trainable = false;
    this.runningVar.trainable = false;
  }

  forward(x: Tensor, options: { activation?: "none" | "relu" } = {}): Tensor {
    return batchNorm2d(x, {
      weight: this.weight.value,
      bias: this.bias.value,
      runningMean: this.runningMean.value,
      runningVariance: this.runningVar.value,
    }, { training: this.training, ...options });
  }
}
