/** Depth, width and variant of a ResNet (He et al. 2016). */
export interface ResNetConfig {
  /** Two convolutions a block, or three around a narrow one. */
  readonly block: "basic" | "bottleneck";
  /** Where a bottleneck strides: in its 3x3 convolution (pytorch) or its first 1x1 (caffe). */
  readonly style: "pytorch" | "caffe";
  /** Blocks of each stage. */
  readonly stageBlocks: readonly number[];
  /** Channels of the first convolution. */
  readonly stemChannels: number;
  /** Channels of the first stage; each stage doubles them. */
  readonly baseChannels: number;
  /** Stages whose 3x3 convolutions are deformable (DCNv2). */
  readonly deformable: readonly boolean[];
  /** The stem and so many stages are not trained; -1 trains all. */
  readonly frozenStages: number;
  /** Norms keep their statistics and their weights. */
  readonly frozenNorms: boolean;
  /** Run blocks again in the backward pass, some at a time, instead of keeping what they made. */
  readonly recompute: boolean;
}

/** The published depths. */
export const RESNET_DEPTHS: readonly number[] = [18, 34, 50, 101, 152];

const DEPTHS: Readonly<Record<number, Pick<ResNetConfig, "block" | "stageBlocks">>> = {
  18: { block: "basic", stageBlocks: [2, 2, 2, 2] },
  34: { block: "basic", stageBlocks: [3, 4, 6, 3] },
  50: { block: "bottleneck", stageBlocks: [3, 4, 6, 3] },
  101: { block: "bottleneck", stageBlocks: [3, 4, 23, 3] },
  152: { block: "bottleneck", stageBlocks: [3, 8, 36, 3] },
};

/** Blocks of the published depths: 18, 34, 50, 101 and 152. */
export function resnetDepth(depth: number): Pick<ResNetConfig, "block" | "stageBlocks"> {
  const blocks = DEPTHS[depth];
  if (!blocks) {
    throw new RangeError(
      `Cannot make a ResNet: the depth is ${depth}, it must be 18, 34, 50, 101 or 152`,
    );
  }
  return blocks;
}

/** Channels of the four maps that a ResNet makes. */
export function resnetChannels({ block, baseChannels }: ResNetConfig): number[] {
  const expansion = block === "bottleneck" ? 4 : 1;
  return [0, 1, 2, 3].map((stage) => expansion * baseChannels << stage);
}
