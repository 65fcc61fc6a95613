import { layerNorm } from "../../gpu/ops/nn/norm/layer_norm.ts";
import type { Parameter } from "../../gpu/parameter.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import { Module } from "../module.ts";

/** Layer norm of the last axis, starting as the identity. */
export class LayerNorm extends Module {
  /** Scale of each channel. */
  readonly weight: Parameter;
  /** Shift of each channel. */
  readonly bias: Parameter;

  /** Makes it for so many channels. */
  constructor(init: Initializer, channels: number) {
    super();
    this.weight = init.constant([channels], 1);
    this.bias = init.constant([channels], 0);
  }

  /** Normalises the last axis. */
  forward(x: Tensor): Tensor {
    return layerNorm(x, this.weight.value, this.bias.value);
  }
}
