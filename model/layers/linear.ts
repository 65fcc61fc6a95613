import { linear } from "../../gpu/ops/nn/gemm/linear.ts";
import type { Parameter } from "../../gpu/parameter.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import { Module } from "../module.ts";

/** y = x Wᵀ + b on the last axis; weight [outputs, inputs] as in PyTorch. */
export class Linear extends Module {
  /** [outputs, inputs]. */
  readonly weight: Parameter;
  /** [outputs]. */
  readonly bias: Parameter;

  /** Makes it with seeded weights. */
  constructor(
    init: Initializer,
    inputs: number,
    outputs: number,
    { weight = "fanIn", bias = weight === "fanIn" ? "fanIn" : "zero" }: {
      weight?: "fanIn" | "xavier" | "zero";
      bias?: "fanIn" | "zero";
    } = {},
  ) {
    super();
    const shape = [outputs, inputs];
    this.weight = weight === "fanIn"
      ? init.fanIn(shape, inputs)
      : weight === "xavier"
      ? init.xavier(shape)
      : init.constant(shape, 0);
    this.bias = bias === "fanIn" ? init.fanIn([outputs], inputs) : init.constant([outputs], 0);
  }

  /** x Wᵀ + b on the last axis. */
  forward(x: Tensor, options: { activation?: "none" | "relu" } = {}): Tensor {
    return linear(x, this.weight.value, this.bias.value, options);
  }
}
