import { conv2d, type Conv2dOptions as ConvolutionOptions } from "../../gpu/ops/nn/conv/conv2d.ts";
import type { Parameter } from "../../gpu/parameter.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import { Module } from "../module.ts";

/** Size and initial values of a convolution. */
export interface Conv2dOptions {
  /** Pixels of the window. */
  readonly kernel: number;
  /** Pixels between windows. */
  readonly stride?: number;
  /** Zeros at each side. */
  readonly padding?: number;
  /** Whether a bias is added. */
  readonly bias?: boolean;
  /** How the weights begin. */
  readonly weight?: "kaiming" | "xavier" | "zero";
}

/** What a convolution does with its sums before it stores them. */
export type Finish = Pick<ConvolutionOptions, "affine" | "residual"> & {
  readonly activation?: "none" | "relu";
};

/** Convolution of [N, inputs, H, W]; weight [outputs, inputs, k, k] as in PyTorch. */
export class Conv2d extends Module {
  /** [outputs, inputs, kernel, kernel]. */
  readonly weight: Parameter;
  /** [outputs], or null. */
  readonly bias: Parameter | null;
  readonly #stride: number;
  readonly #padding: number;

  /** Makes it with seeded weights. */
  constructor(init: Initializer, inputs: number, outputs: number, options: Conv2dOptions) {
    super();
    const { kernel, stride = 1, padding = 0, bias = true, weight = "kaiming" } = options;
    const shape = [outputs, inputs, kernel, kernel];
    this.weight = weight === "kaiming"
      ? init.kaimingFanOut(shape)
      : weight === "xavier"
      ? init.xavier(shape)
      : init.constant(shape, 0);
    this.bias = bias ? init.constant([outputs], 0) : null;
    this.#stride = stride;
    this.#padding = padding;
  }

  /** Convolves [N, C, H, W]. */
  forward(x: Tensor, finish: Finish = {}): Tensor {
    return conv2d(x, this.weight.value, this.bias?.value ?? null, {
      ...finish,
      stride: this.#stride,
      padding: this.#padding,
    });
  }
}
