import { concat } from "../../gpu/ops/array/concat.ts";
import { permute } from "../../gpu/ops/array/permute.ts";
import { reshape } from "../../gpu/ops/array/reshape.ts";
import { normalizeImages } from "../../gpu/ops/camera/normalize_images.ts";
import type { Refined } from "../../gpu/ops/gaussian/refine.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { FPN } from "../backbone/fpn.ts";
import { ResNet } from "../backbone/resnet.ts";
import type { Initializer } from "../init.ts";
import { Module } from "../module.ts";
import type { GaussianFormerConfig } from "./config.ts";
import type { FeatureBank } from "./deformable.ts";
import { Encoder } from "./encoder.ts";
import { Head } from "./head.ts";
import { Lifter } from "./lifter.ts";

/** One key frame on the GPU. */
export interface CameraBatch {
  /** RGB bytes [cameras, height, width, 3]. */
  readonly images: Tensor;
  /** [cameras, 4, 4] lidar frame to pixels of these images. */
  readonly projection: Tensor;
  /** [cameras, 2] width and height of the images, pixels. */
  readonly imageSize: Tensor;
  /** Photometric distortion [cameras, 8] of a training sample, see `normalizeImages`. */
  readonly distortion?: Tensor | null;
}

/** What the model makes of a key frame. */
export interface Occupancy {
  /** Probabilities [18, voxels], class 17 is empty; voxels x-major, z fastest. */
  readonly probabilities: Tensor;
  /** The Gaussians of the last block. */
  readonly gaussians: Refined;
}

/** Six camera pictures to Gaussians to semantic occupancy (GaussianFormer-2, Huang et al. 2024). */
export class GaussianFormer extends Module {
  readonly imgBackbone: ResNet;
  readonly imgNeck: FPN;
  readonly lifter: Lifter;
  readonly encoder: Encoder;
  readonly head: Head;

  constructor(init: Initializer, readonly config: GaussianFormerConfig) {
    super();
    const { backbone, neck, encoder } = config;
    this.imgBackbone = new ResNet(init, backbone);
    this.imgNeck = new FPN(init, ResNet.channels(backbone), encoder.embedDims, neck.levels);
    this.lifter = new Lifter(init, config);
    this.encoder = new Encoder(init, config);
    this.head = new Head(config);
  }

  forward({ images, projection, imageSize, distortion = null }: CameraBatch): Occupancy {
    const bank = this.#bank(normalizeImages(images, { distortion }));
    const { anchor, features } = this.lifter.forward();
    const blocks = this.encoder.forward(anchor, features, { ...bank, projection, imageSize });
    const gaussians = blocks.at(-1)!;
    return { gaussians, probabilities: this.head.forward(gaussians) };
  }

  #bank(images: Tensor): Pick<FeatureBank, "features" | "levels"> {
    const maps = this.imgNeck.forward(this.imgBackbone.forward(images));
    const flat = maps.map((map) => {
      const [cameras, channels, height, width] = map.shape as [number, number, number, number];
      return permute(reshape(map, [cameras, channels, height * width]), [0, 2, 1]);
    });
    return {
      features: concat(flat, 1),
      levels: maps.map(({ shape }) => [shape[2]!, shape[3]!] as const),
    };
  }
}
