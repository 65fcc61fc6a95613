import type { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import { BatchNorm2d } from "../layers/batch_norm2d.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { Module } from "../module.ts";
import { convNorm } from "./conv_norm.ts";

/** Extents and variant of a residual block. */
export interface BlockOptions {
  readonly inputs: number;
  /** Channels of the 3x3 convolutions. */
  readonly channels: number;
  readonly stride: number;
  readonly style: "pytorch" | "caffe";
  readonly deformable: boolean;
  readonly frozenNorms: boolean;
}

/** Two 3x3 convolutions with a residual (He et al. 2016); the second norm starts at zero. */
export class BasicBlock extends Module {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly downsample: [Conv2d, BatchNorm2d] | null;

  constructor(init: Initializer, options: BlockOptions) {
    super();
    const { inputs, channels, stride, deformable, frozenNorms: frozen } = options;
    if (deformable) {
      throw new RangeError("Cannot make a basic block: only bottlenecks can be deformable");
    }
    this.conv1 = new Conv2d(init, inputs, channels, { kernel: 3, stride, padding: 1, bias: false });
    this.bn1 = new BatchNorm2d(init, channels, { frozen });
    this.conv2 = new Conv2d(init, channels, channels, { kernel: 3, padding: 1, bias: false });
    this.bn2 = new BatchNorm2d(init, channels, { weight: 0, frozen });
    this.downsample = stride === 1 && inputs === channels ? null : [
      new Conv2d(init, inputs, channels, { kernel: 1, stride, bias: false }),
      new BatchNorm2d(init, channels, { frozen }),
    ];
  }

  forward(x: Tensor): Tensor {
    const inner = convNorm(x, this.conv1, this.bn1, { activation: "relu" });
    const identity = this.downsample ? convNorm(x, ...this.downsample) : x;
    return convNorm(inner, this.conv2, this.bn2, { activation: "relu", residual: identity });
  }
}
