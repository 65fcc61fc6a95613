import { add } from "../../gpu/ops/array/binary.ts";
import { relu } from "../../gpu/ops/array/unary.ts";
import { maxPool2d } from "../../gpu/ops/nn/max_pool2d.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import { BatchNorm2d } from "../layers/batch_norm2d.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { Module } from "../module.ts";

/** Depth and width of a ResNet. */
export interface ResNetConfig {
  readonly block: "basic";
  readonly stageBlocks: readonly number[];
  readonly stemChannels: number;
  readonly baseChannels: number;
}

/** Two 3x3 convolutions with a residual (He et al. 2016); the second norm starts at zero. */
class BasicBlock extends Module {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly downsample: [Conv2d, BatchNorm2d] | null;

  constructor(init: Initializer, inputs: number, channels: number, stride: number) {
    super();
    this.conv1 = new Conv2d(init, inputs, channels, { kernel: 3, stride, padding: 1, bias: false });
    this.bn1 = new BatchNorm2d(init, channels);
    this.conv2 = new Conv2d(init, channels, channels, { kernel: 3, padding: 1, bias: false });
    this.bn2 = new BatchNorm2d(init, channels, { weight: 0 });
    this.downsample = stride === 1 && inputs === channels ? null : [
      new Conv2d(init, inputs, channels, { kernel: 1, stride, bias: false }),
      new BatchNorm2d(init, channels),
    ];
  }

  forward(x: Tensor): Tensor {
    const inner = this.bn1.forward(this.conv1.forward(x), { activation: "relu" });
    const residual = this.bn2.forward(this.conv2.forward(inner));
    const identity = this.downsample
      ? this.downsample[1].forward(this.downsample[0].forward(x))
      : x;
    return relu(add(residual, identity));
  }
}

/** ResNet: pictures [N, 3, H, W] to four maps at strides 4, 8, 16 and 32. */
export class ResNet extends Module {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly layer1: BasicBlock[];
  readonly layer2: BasicBlock[];
  readonly layer3: BasicBlock[];
  readonly layer4: BasicBlock[];

  constructor(init: Initializer, config: ResNetConfig) {
    super();
    const { stageBlocks, stemChannels, baseChannels } = config;
    this.conv1 = new Conv2d(init, 3, stemChannels, {
      kernel: 7,
      stride: 2,
      padding: 3,
      bias: false,
    });
    this.bn1 = new BatchNorm2d(init, stemChannels);
    let inputs = stemChannels;
    const stage = (index: number) => {
      const channels = baseChannels << index;
      return Array.from({ length: stageBlocks[index]! }, (_, block) => {
        const stride = block === 0 && index > 0 ? 2 : 1;
        const made = new BasicBlock(init, inputs, channels, stride);
        inputs = channels;
        return made;
      });
    };
    this.layer1 = stage(0);
    this.layer2 = stage(1);
    this.layer3 = stage(2);
    this.layer4 = stage(3);
  }

  /** Channels of the four maps. */
  static channels({ baseChannels }: ResNetConfig): number[] {
    return [0, 1, 2, 3].map((index) => baseChannels << index);
  }

  forward(images: Tensor): Tensor[] {
    const stem = this.bn1.forward(this.conv1.forward(images), { activation: "relu" });
    let x = maxPool2d(stem, { kernel: 3, stride: 2, padding: 1 });
    return [this.layer1, this.layer2, this.layer3, this.layer4].map((blocks) => {
      for (const block of blocks) x = block.forward(x);
      return x;
    });
  }
}
