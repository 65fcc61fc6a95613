import { permute } from "../../../../gpu/ops/array/move/permute.ts";
import { reshape } from "../../../../gpu/ops/array/move/reshape.ts";
import { conv2d } from "../../../../gpu/ops/nn/conv/conv2d.ts";
import { resize2d } from "../../../../gpu/ops/nn/resize2d.ts";
import type { Tensor } from "../../../../gpu/tensor.ts";
import { ResNet } from "../../../backbone/resnet.ts";
import { resnetChannels } from "../../../backbone/resnet_config.ts";
import { SecondFpn } from "../../../backbone/second_fpn.ts";
import type { Initializer } from "../../../init.ts";
import type { Linear } from "../../../layers/linear.ts";
import { Module } from "../../../module.ts";
import type { SampledLifterConfig } from "../../config/anchor_config.ts";
import { noTrace, type Trace } from "../../network/trace.ts";

/** A backbone of its own for the depths of the pixels. */
export class DepthNetwork extends Module {
  readonly imgBackbone: ResNet;
  readonly imgNeck: SecondFpn;
  readonly #downsample: number;

  constructor(init: Initializer, config: SampledLifterConfig) {
    super();
    this.imgBackbone = new ResNet(init, config.backbone);
    this.imgNeck = new SecondFpn(init, resnetChannels(config.backbone), {
      channels: config.neckChannels,
      strides: config.neckStrides,
    });
    this.#downsample = config.downsample;
  }

  /** Pictures [cameras, 3, H, W] to logits [cameras, h, w, bins + 1] of the projection. */
  forward(
    images: Tensor,
    projection: Linear,
    trace: Trace = noTrace,
    onBlock?: (stage: number, share: number) => void,
  ): Tensor {
    const map = this.imgNeck.forward(this.imgBackbone.forward(this.#shrink(images), onBlock));
    trace("lifter.secondfpn", map);
    const [cameras, , height, width] = map.shape as [number, number, number, number];
    const { weight, bias } = projection;
    // A linear layer of each pixel is a 1x1 convolution, which takes the map as it lies.
    const kernel = reshape(weight.value, [...weight.shape, 1, 1]);
    const planes = reshape(conv2d(map, kernel, bias.value), [cameras, -1, height * width]);
    const [, bins] = planes.shape as [number, number];
    return reshape(permute(planes, [0, 2, 1]), [cameras, height, width, bins]);
  }

  #shrink(images: Tensor): Tensor {
    if (this.#downsample === 1) return images;
    const size = images.shape.slice(2).map((extent) => Math.floor(extent * this.#downsample));
    return resize2d(images, size as [number, number], "bilinear");
  }
}
