import { concat } from "../../gpu/ops/array/move/concat.ts";
import { conv2d } from "../../gpu/ops/nn/conv/conv2d.ts";
import { convTranspose2d } from "../../gpu/ops/nn/conv/conv_transpose2d.ts";
import type { Parameter } from "../../gpu/parameter.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import { BatchNorm2d } from "../layers/batch_norm2d.ts";
import { Module } from "../module.ts";

/** Enlarges a map by a whole factor, or shrinks it where the factor is below 1; no bias. */
class Rescale extends Module {
  /** [inputs, outputs, k, k] where it enlarges, [outputs, inputs, k, k] where it shrinks. */
  readonly weight: Parameter;
  readonly #factor: number;

  constructor(init: Initializer, inputs: number, outputs: number, factor: number) {
    super();
    const kernel = Math.round(factor >= 1 ? factor : 1 / factor);
    const shape = factor >= 1 ? [inputs, outputs] : [outputs, inputs];
    this.weight = init.kaimingFanOut([...shape, kernel, kernel]);
    this.#factor = factor;
  }

  forward(x: Tensor): Tensor {
    const { value } = this.weight;
    const kernel = value.shape[2]!;
    return this.#factor >= 1
      ? convTranspose2d(x, value, null, { stride: kernel })
      : conv2d(x, value, null, { stride: kernel });
  }
}

/** SECOND's neck (Yan et al. 2018): all maps brought to one size, normed, and side by side. */
export class SecondFpn extends Module {
  readonly deblocks: [Rescale, BatchNorm2d][];

  constructor(
    init: Initializer,
    inputs: readonly number[],
    { channels, strides }: { channels: number; strides: readonly number[] },
  ) {
    super();
    this.deblocks = strides.map((factor, i) => [
      new Rescale(init, inputs[i]!, channels, factor),
      new BatchNorm2d(init, channels, { eps: 1e-3, momentum: 0.01 }),
    ]);
  }

  /** Maps C2..C5 to [N, 4 channels, h, w]. */
  forward(maps: readonly Tensor[]): Tensor {
    const branches = this.deblocks.map(([rescale, norm], i) =>
      norm.forward(rescale.forward(maps[i]!), { activation: "relu" })
    );
    const sizes = branches.map(({ shape }) => shape.slice(2).join("x"));
    if (new Set(sizes).size > 1) {
      throw new RangeError(
        `Cannot run SecondFpn: its maps come out as ${
          sizes.join(", ")
        }, width and height of the pictures must be multiples of 32`,
      );
    }
    return concat(branches, 1);
  }
}
