import { resize2d } from "../../gpu/ops/nn/resize2d.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { Module } from "../module.ts";

/** A convolution under the key that mmcv's ConvModule gives it. */
class ConvModule extends Module {
  constructor(readonly conv: Conv2d) {
    super();
  }
}

/**
 * FPN (Lin et al. 2017) over the maps from `first` on, the last three of four if not given, without
 * norms or activations; every level beyond them is a stride-2 convolution of the last output.
 */
export class FPN extends Module {
  /** @internal 1x1 convolutions of each input. */
  readonly lateralConvs: ConvModule[];
  /** @internal 3x3 convolutions of each output. */
  readonly fpnConvs: ConvModule[];
  readonly #first: number;

  /** Makes it for inputs of so many channels each. */
  constructor(
    init: Initializer,
    inputs: readonly number[],
    channels: number,
    levels: number,
    { first = 1 }: { readonly first?: number } = {},
  ) {
    super();
    this.#first = first;
    const used = inputs.slice(first);
    const conv = (from: number, kernel: number, stride = 1) =>
      new ConvModule(
        new Conv2d(init, from, channels, {
          kernel,
          stride,
          padding: kernel >> 1,
          weight: "xavier",
        }),
      );
    this.lateralConvs = used.map((from) => conv(from, 1));
    this.fpnConvs = Array.from(
      { length: levels },
      (_, i) => conv(channels, 3, i < used.length ? 1 : 2),
    );
  }

  /** Maps C2..C5 to `levels` maps P0.. [N, channels, h, w], each half as large as the one before. */
  forward(maps: readonly Tensor[]): Tensor[] {
    const laterals = this.lateralConvs.map(({ conv }, i) => conv.forward(maps[this.#first + i]!));
    for (let i = laterals.length - 1; i > 0; i--) {
      const [, , height, width] = laterals[i - 1]!.shape as [number, number, number, number];
      laterals[i - 1] = resize2d(laterals[i]!, [height, width], "nearest", {
        added: laterals[i - 1],
      });
    }
    const outputs: Tensor[] = [];
    this.fpnConvs.forEach(({ conv }, i) => {
      outputs.push(conv.forward(laterals[i] ?? outputs[i - 1]!));
    });
    return outputs;
  }
}
