import type { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import { BatchNorm2d } from "../layers/batch_norm2d.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { DeformConv2d } from "../layers/deform_conv2d.ts";
import { Module } from "../module.ts";
import type { BlockOptions } from "./basic_block.ts";
import { convNorm } from "./conv_norm.ts";

const EXPANSION = 4;

/** 1x1 down, 3x3 (perhaps deformable), 1x1 up, with a residual; the last norm starts at zero. */
export class Bottleneck extends Module {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d | DeformConv2d;
  readonly bn2: BatchNorm2d;
  readonly conv3: Conv2d;
  readonly bn3: BatchNorm2d;
  readonly downsample: [Conv2d, BatchNorm2d] | null;

  constructor(init: Initializer, options: BlockOptions) {
    super();
    const { inputs, channels, stride, style, deformable, frozenNorms: frozen } = options;
    const outputs = EXPANSION * channels;
    const [first, second] = style === "caffe" ? [stride, 1] : [1, stride];
    this.conv1 = new Conv2d(init, inputs, channels, { kernel: 1, stride: first, bias: false });
    this.bn1 = new BatchNorm2d(init, channels, { frozen });
    this.conv2 = deformable
      ? new DeformConv2d(init, channels, channels, second)
      : new Conv2d(init, channels, channels, {
        kernel: 3,
        stride: second,
        padding: 1,
        bias: false,
      });
    this.bn2 = new BatchNorm2d(init, channels, { frozen });
    this.conv3 = new Conv2d(init, channels, outputs, { kernel: 1, bias: false });
    this.bn3 = new BatchNorm2d(init, outputs, { weight: 0, frozen });
    this.downsample = stride === 1 && inputs === outputs ? null : [
      new Conv2d(init, inputs, outputs, { kernel: 1, stride, bias: false }),
      new BatchNorm2d(init, outputs, { frozen }),
    ];
  }

  forward(x: Tensor): Tensor {
    const down = convNorm(x, this.conv1, this.bn1, { activation: "relu" });
    const inner = convNorm(down, this.conv2, this.bn2, { activation: "relu" });
    const identity = this.downsample ? convNorm(x, ...this.downsample) : x;
    return convNorm(inner, this.conv3, this.bn3, { activation: "relu", residual: identity });
  }
}
