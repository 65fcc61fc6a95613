import { layerNorm } from "../../gpu/ops/nn/norm/layer_norm.ts";
import type { Parameter } from "../../gpu/parameter.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import { Module } from "../module.ts";

/** Layer norm of the last axis, starting as the identity. */
export class LayerNorm extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter;

  constructor(init: Initializer, channels: number) {
    super();
    this.weight = init.constant([channels], 1);
    this.bias = init.constant([channels], 0);
  }

  forward(x: Tensor): Tensor {
    return layerNorm(x, this.weight.value, this.bias.value);
  }
}
