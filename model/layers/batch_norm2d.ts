import { batchNorm2d, foldBatchNorm } from "../../gpu/ops/nn/norm/batch_norm.ts";
import type { Parameter } from "../../gpu/parameter.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import { Module } from "../module.ts";

/** Initial weight and constants of a batch norm. */
export interface BatchNorm2dOptions {
  /** First value of the scales. */
  readonly weight?: number;
  /** Added to the variance. */
  readonly eps?: number;
  /** Share of a batch in the running values. */
  readonly momentum?: number;
  /** Neither statistics nor weights ever change. */
  readonly frozen?: boolean;
}

/** Batch norm of [N, C, H, W] (Ioffe and Szegedy 2015); running statistics in evaluation. */
export class BatchNorm2d extends Module {
  /** Scale of each channel. */
  readonly weight: Parameter;
  /** Shift of each channel. */
  readonly bias: Parameter;
  /** Mean of each channel so far. */
  readonly runningMean: Parameter;
  /** Variance of each channel so far. */
  readonly runningVar: Parameter;
  readonly #eps: number;
  readonly #momentum: number;
  readonly #frozen: boolean;

  /** Makes it for so many channels. */
  constructor(init: Initializer, channels: number, options: BatchNorm2dOptions = {}) {
    super();
    const { weight = 1, eps = 1e-5, momentum = 0.1, frozen = false } = options;
    this.weight = init.constant([channels], weight);
    this.bias = init.constant([channels], 0);
    this.runningMean = init.constant([channels], 0);
    this.runningVar = init.constant([channels], 1);
    this.runningMean.trainable = false;
    this.runningVar.trainable = false;
    if (frozen) this.weight.trainable = this.bias.trainable = false;
    this.#eps = eps;
    this.#momentum = momentum;
    this.#frozen = frozen;
  }

  /** Whether it is a constant scale and shift that a convolution can take over. */
  get frozen(): boolean {
    return this.#frozen;
  }

  /** Normalises [N, C, H, W]: by the batch in training, else by what was seen. */
  forward(x: Tensor, options: { activation?: "none" | "relu" } = {}): Tensor {
    return batchNorm2d(x, this.#values, {
      training: this.training && !this.#frozen,
      eps: this.#eps,
      momentum: this.#momentum,
      ...options,
    });
  }

  /** The scale and shift that it amounts to with its running statistics, both [C]. */
  fold(): { scale: Tensor; shift: Tensor } {
    return foldBatchNorm(this.#values, { eps: this.#eps });
  }

  get #values() {
    return {
      weight: this.weight.value,
      bias: this.bias.value,
      runningMean: this.runningMean.value,
      runningVariance: this.runningVar.value,
    };
  }
}
