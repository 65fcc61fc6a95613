import type { Gpu } from "../../../gpu/device.ts";
import type { Refined } from "../../../model/occupancy/anchor/refine.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { resnetChannels } from "../../../model/backbone/resnet_config.ts";
import { FPN } from "../../../model/backbone/fpn.ts";
import { ResNet } from "../../../model/backbone/resnet.ts";
import { Initializer } from "../../../model/init.ts";
import type { Module } from "../../../model/module.ts";
import type { GaussianFormerConfig } from "../../../model/occupancy/gaussianformer/config/config.ts";
import { anchorWidth } from "../../../model/occupancy/config/anchor_config.ts";
import { Encoder } from "../../../model/occupancy/network/encoder.ts";
import { Head } from "../../../model/occupancy/network/head.ts";
import { SampledLifter } from "../../../model/occupancy/gaussianformer/network/sampled_lifter.ts";
import { filled } from "../../filled.ts";
import { extentsOf, ringOfCameras } from "./model_size.ts";

/** A part of a model on inputs of its own, which a scope holds. */
export interface Stage {
  readonly module: Module;
  /** Inputs that a training step brings gradients to. */
  readonly inputs: readonly Tensor[];
  readonly run: () => readonly Tensor[];
}

/** How to make a stage; null where a model has none of the kind. */
export type MakeStage = (gpu: Gpu, config: GaussianFormerConfig) => Stage | null;

/** The stages of a forward pass by name, in their order. */
export const STAGES: Readonly<Record<string, MakeStage>> = {
  backbone(gpu, config) {
    const module = new ResNet(init(gpu), config.backbone);
    const { cameras, width, height } = extentsOf(config);
    const images = filled(gpu, [cameras, 3, height, width], -2, 2);
    return { module, inputs: [], run: () => module.forward(images).slice(1) };
  },
  neck(gpu, config) {
    const channels = resnetChannels(config.backbone);
    const module = new FPN(init(gpu), channels, config.encoder.embedDims, config.neck.levels);
    const { cameras, levels } = extentsOf(config);
    const maps = channels.slice(1).map((count, i) => filled(gpu, [cameras, count, ...levels[i]!]));
    return { module, inputs: maps, run: () => module.forward([maps[0]!, ...maps]) };
  },
  "sampled start"(gpu, config) {
    const { lifter } = config;
    if (lifter.kind !== "sampled") return null;
    const module = new SampledLifter(init(gpu), config, lifter);
    const { cameras, width, height } = extentsOf(config);
    const inputs = { images: filled(gpu, [cameras, 3, height, width], -2, 2), ...rig(gpu, config) };
    // Frozen but for the anchors, which need no bench.
    return { module, inputs: [], run: () => [module.forward(inputs).anchor] };
  },
  encoder(gpu, config) {
    const module = new Encoder(init(gpu), config);
    const { gaussians, encoder } = config;
    const { cameras, levels } = extentsOf(config);
    const pixels = levels.reduce((sum, [height, width]) => sum + height * width, 0);
    const anchor = filled(gpu, [gaussians.count, anchorWidth(gaussians)], -3, 3);
    const features = filled(gpu, [cameras, pixels, encoder.embedDims]);
    const bank = { features, levels, ...rig(gpu, config) };
    const run = () => {
      const zeros = Tensor.zeros(gpu, [gaussians.count, encoder.embedDims]);
      const { anchor: _, ...last } = module.forward({ anchor, features: zeros, bank }).at(-1)!;
      return Object.values(last).filter(({ size }) => size > 0);
    };
    return { module, inputs: [anchor, features], run };
  },
  head(gpu, config) {
    const module = new Head(init(gpu), config);
    const gaussians = spreadGaussians(gpu, config);
    const inputs = Object.values(gaussians).filter(({ size }) => size > 0);
    return { module, inputs, run: () => [module.forward(gaussians).scores] };
  },
};

/** Where the cameras are. */
export function rig(gpu: Gpu, config: GaussianFormerConfig) {
  const { cameras, width, height } = extentsOf(config);
  const sizes = Array.from({ length: cameras }, () => [width, height]).flat();
  return {
    projection: Tensor.from(gpu, ringOfCameras(config), [cameras, 4, 4]),
    imageSize: Tensor.from(gpu, sizes, [cameras, 2]),
  };
}

function init(gpu: Gpu): Initializer {
  return new Initializer(gpu, 1);
}

/** Gaussians all over the range, their scales in the middle of theirs. */
function spreadGaussians(gpu: Gpu, { gaussians, occupancy }: GaussianFormerConfig): Refined {
  const { count, semantics, opacity, scaleRange: [low, high] } = gaussians;
  const { range } = occupancy;
  // Multiples of three irrational numbers fill the box evenly.
  const means = Float32Array.from({ length: 3 * count }, (_, i) => {
    const share = (Math.floor(i / 3) + 0.5) * [0.8191725134, 0.6710436067, 0.5497004779][i % 3]!;
    return range[i % 3]! + (range[i % 3 + 3]! - range[i % 3]!) * (0.001 + 0.998 * (share % 1));
  });
  const middle = (low + high) / 2;
  return {
    anchor: Tensor.empty(gpu, [count, 0]),
    means: Tensor.from(gpu, means, [count, 3]),
    scales: filled(gpu, [count, 3], 0.8 * middle, 1.2 * middle),
    rotations: filled(gpu, [count, 4], 0.1, 1),
    opacities: filled(gpu, [count, Number(opacity)], 0.1, 0.9),
    semantics: filled(gpu, [count, semantics]),
  };
}
