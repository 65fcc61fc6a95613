import { maxPool2d } from "../../gpu/ops/nn/conv/max_pool2d.ts";
import { noGradient } from "../../gpu/tape.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import { BatchNorm2d } from "../layers/batch_norm2d.ts";
import { Conv2d } from "../layers/conv2d.ts";
import { recomputed } from "../layers/recomputed.ts";
import { Module } from "../module.ts";
import { BasicBlock } from "./basic_block.ts";
import { Bottleneck } from "./bottleneck.ts";
import { convNorm } from "./conv_norm.ts";
import { resnetChannels, type ResNetConfig } from "./resnet_config.ts";

type Block = BasicBlock | Bottleneck;

/** ResNet: pictures [N, 3, H, W] to four maps at strides 4, 8, 16 and 32. */
export class ResNet extends Module {
  /** The stem's convolution. */
  readonly conv1: Conv2d;
  /** The stem's norm. */
  readonly bn1: BatchNorm2d;
  /** @internal First stage. */
  readonly layer1: Block[];
  /** @internal Second stage. */
  readonly layer2: Block[];
  /** @internal Third stage. */
  readonly layer3: Block[];
  /** @internal Fourth stage. */
  readonly layer4: Block[];
  readonly #config: ResNetConfig;

  /** Makes it by its settings, with seeded weights. */
  constructor(init: Initializer, config: ResNetConfig) {
    super();
    const { stageBlocks, stemChannels, baseChannels, frozenNorms, style } = config;
    this.conv1 = new Conv2d(init, 3, stemChannels, {
      kernel: 7,
      stride: 2,
      padding: 3,
      bias: false,
    });
    this.bn1 = new BatchNorm2d(init, stemChannels, { frozen: frozenNorms });
    const Kind = config.block === "basic" ? BasicBlock : Bottleneck;
    const outputs = resnetChannels(config);
    const stage = (index: number) =>
      Array.from({ length: stageBlocks[index]! }, (_, block) =>
        new Kind(init, {
          inputs: block > 0 ? outputs[index]! : outputs[index - 1] ?? stemChannels,
          channels: baseChannels << index,
          stride: block === 0 && index > 0 ? 2 : 1,
          style,
          deformable: config.deformable[index] ?? false,
          frozenNorms,
        }));
    this.layer1 = stage(0);
    this.layer2 = stage(1);
    this.layer3 = stage(2);
    this.layer4 = stage(3);
    this.#config = config;
    this.#freeze();
  }

  /** `onBlock` is told after each block, of which stage (from 0) it is and what share of that. */
  forward(images: Tensor, onBlock: (stage: number, share: number) => void = () => {}): Tensor[] {
    const { frozenStages, recompute: again } = this.#config;
    const { gpu } = images;
    const stem = () => {
      const x = convNorm(images, this.conv1, this.bn1, { activation: "relu" });
      return maxPool2d(x, { kernel: 3, stride: 2, padding: 1 });
    };
    const frozen = (body: () => Tensor) => noGradient(gpu, () => gpu.tidy(body));
    let x = frozenStages >= 0 ? frozen(stem) : stem();
    return this.#stages().map((blocks, stage) => {
      const done = () => onBlock(stage, 1 / blocks.length);
      if (gpu.tape.recording && stage >= frozenStages) {
        for (const run of again ? runs(blocks) : [blocks]) {
          x = recomputed(x, again, (x) => run.reduce((x, block) => block.forward(x), x));
          run.forEach(done);
        }
        return x;
      }
      for (const block of blocks) {
        const input = x;
        x = frozen(() => block.forward(input));
        // Nobody walks back to it, and it is not a stage's result: 88 MB a picture at 864x1600.
        const result = stage > 0 && block === blocks[0];
        if (!result) input.release();
        done();
      }
      return x;
    });
  }

  #stages(): readonly Block[][] {
    return [this.layer1, this.layer2, this.layer3, this.layer4];
  }

  #freeze(): void {
    const { frozenStages } = this.#config;
    if (frozenStages < 0) return;
    const parts = [this.conv1, this.bn1, ...this.#stages().slice(0, frozenStages).flat()];
    for (const part of parts) part.setTrainable(false);
  }
}

/** Blocks that run again together: of n kept maps and n blocks' insides √n each are in memory at once (Chen et al. 2016). */
function runs(blocks: readonly Block[]): Block[][] {
  const length = Math.ceil(Math.sqrt(blocks.length));
  return Array.from(
    { length: Math.ceil(blocks.length / length) },
    (_, i) => blocks.slice(i * length, (i + 1) * length),
  );
}
