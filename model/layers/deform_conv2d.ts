import { sigmoid } from "../../gpu/ops/array/elementwise/unary.ts";
import { slice } from "../../gpu/ops/array/move/slice.ts";
import { deformConv2d } from "../../gpu/ops/nn/deform_conv/deform_conv2d.ts";
import type { Parameter } from "../../gpu/parameter.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import { Module } from "../module.ts";
import { Conv2d, type Finish } from "./conv2d.ts";

/** Deformable convolution whose offsets and masks come from a convolution that starts at zero. */
export class DeformConv2d extends Module {
  /** [outputs, inputs, 3, 3]. */
  readonly weight: Parameter;
  /** Predicts offsets and masks. */
  readonly convOffset: Conv2d;
  readonly #stride: number;

  /** Makes it with seeded weights; all offsets begin at 0. */
  constructor(init: Initializer, inputs: number, outputs: number, stride: number) {
    super();
    this.weight = init.fanIn([outputs, inputs, 3, 3], 9 * inputs);
    this.convOffset = new Conv2d(init, inputs, 27, {
      kernel: 3,
      stride,
      padding: 1,
      weight: "zero",
    });
    this.#stride = stride;
  }

  /** Convolves [N, C, H, W] at places of its own. */
  forward(x: Tensor, { affine, activation = "none" }: Omit<Finish, "residual"> = {}): Tensor {
    const places = this.convOffset.forward(x);
    return deformConv2d(
      x,
      { offset: slice(places, 1, 0, 18), mask: sigmoid(slice(places, 1, 18, 27)) },
      this.weight.value,
      {
        stride: this.#stride,
        padding: 1,
        affine,
        activation,
      },
    );
  }
}
