import { concat } from "../../../../gpu/ops/array/move/concat.ts";
import { permute } from "../../../../gpu/ops/array/move/permute.ts";
import { reshape } from "../../../../gpu/ops/array/move/reshape.ts";
import type { Refined } from "../../anchor/refine.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { FPN } from "../../../backbone/fpn.ts";
import { ResNet } from "../../../backbone/resnet.ts";
import { resnetChannels } from "../../../backbone/resnet_config.ts";
import type { Initializer } from "../../../init.ts";
import { Module } from "../../../module.ts";
import type { GaussianFormerConfig } from "../config/config.ts";
import type { FeatureBank } from "../../network/deformable.ts";
import { Encoder } from "../../network/encoder.ts";
import { Head } from "../../network/head.ts";
import { Lifter } from "./lifter.ts";
import { networkImages } from "../../network/network_images.ts";
import { type PixelDistributions, SampledLifter } from "./sampled_lifter.ts";
import { pictureByPicture } from "../../network/picture_by_picture.ts";
import { supervisedBlocks } from "../../network/supervised_blocks.ts";
import { PARTS, silent, type Tell } from "../../network/progress.ts";
import { noTrace, type Trace } from "../../network/trace.ts";

/** One key frame on the GPU. */
export interface CameraBatch {
  /** RGB bytes [cameras, height, width, 3], or normalised f32 [cameras, 3, height, width]. */
  readonly images: Tensor;
  /** [cameras, 4, 4] lidar frame to pixels of these images. */
  readonly projection: Tensor;
  /** [cameras, 2] width and height of the images, pixels. */
  readonly imageSize: Tensor;
  /** u32 [voxels], for the depth distributions of a sampled lifter. */
  readonly labels?: Tensor | undefined;
  /** Numbers in [0, 1) that choose the depths of a sampled lifter; drawn if not given. */
  readonly uniforms?: Tensor | undefined;
  /** Photometric distortion [cameras, 8] of a training sample, see `normalizeImages`. */
  readonly distortion?: Tensor | null;
}

/** What the model makes of a key frame. */
export interface Occupancy {
  /**
   * Of the last supervised block: probabilities [classes, voxels], or logits where the head is
   * additive; voxels x-major, z fastest.
   */
  readonly probabilities: Tensor;
  /** Probability [voxels] of not being empty, of a head that keeps it apart; null elsewhere. */
  readonly occupied: Tensor | null;
  /** The same of every supervised block, and which blocks these are. */
  readonly predictions: readonly Tensor[];
  /** Of every supervised block: probability [voxels] of not being empty; none of an additive head. */
  readonly occupancies: readonly Tensor[];
  /** Which of the encoder's blocks are supervised. */
  readonly supervised: readonly number[];
  /** The Gaussians of the last block, and of every block. */
  readonly gaussians: Refined;
  /** What each block made of the Gaussians. */
  readonly blocks: readonly Refined[];
  /** What these start from [G, width]: position and scale as logits, and so on. */
  readonly anchor: Tensor;
  /** Depths that a sampled lifter expects, else null. */
  readonly pixels: PixelDistributions | null;
}

/** Camera pictures to Gaussians to semantic occupancy (GaussianFormer and -2, Huang et al. 2024). */
export class GaussianFormer extends Module {
  /** Features of the pictures. */
  readonly imgBackbone: ResNet;
  /** The pyramid over them. */
  readonly imgNeck: FPN;
  /** @internal Where the Gaussians begin. */
  readonly lifter: Lifter | SampledLifter;
  /** @internal Refines them block by block. */
  readonly encoder: Encoder;
  /** @internal Splats them into voxels. */
  readonly head: Head;

  /** Makes the network by its settings, with seeded weights. */
  constructor(init: Initializer, readonly config: GaussianFormerConfig) {
    super();
    const { backbone, neck, encoder, lifter } = config;
    this.imgBackbone = new ResNet(init, backbone);
    this.imgNeck = new FPN(init, resnetChannels(backbone), encoder.embedDims, neck.levels);
    if (neck.frozen) this.imgNeck.setTrainable(false);
    this.lifter = lifter.kind === "sampled"
      ? new SampledLifter(init, config, lifter)
      : new Lifter(init, config);
    this.encoder = new Encoder(init, config);
    this.head = new Head(init, config);
  }

  /** `tell` hears of each part of the pass once that is encoded. */
  forward(batch: CameraBatch, trace: Trace = noTrace, tell: Tell = silent): Occupancy {
    const { projection, imageSize } = batch;
    const { gpu } = projection;
    const images = networkImages(batch, this.config.image);
    const bank = this.#bank(images, trace, tell);
    const { anchor, pixels } = this.#lift({ ...batch, images }, trace, tell);
    const features = this.lifter.instanceFeature?.value ??
      Tensor.zeros(gpu, [anchor.rows, this.config.encoder.embedDims]);
    const inputs = { ...bank, projection, imageSize };
    const blocks = this.encoder.forward({ anchor, features, bank: inputs }, trace, tell);
    const supervised = supervisedBlocks(this.config.head.supervised, blocks.length, {
      training: this.training,
      random: () => this.#draw(gpu.random.take(1)),
    });
    const splatted = supervised.map((block, i) => {
      const prediction = this.head.forward(blocks[block]!, trace, `head.${i}`);
      trace(`pred_occ.${i}`, prediction.scores);
      return prediction;
    });
    tell(PARTS.head);
    return {
      probabilities: splatted.at(-1)!.scores,
      occupied: splatted.at(-1)!.occupied,
      predictions: splatted.map(({ scores }) => scores),
      occupancies: splatted.flatMap(({ occupancy }) => occupancy ?? []),
      supervised,
      gaussians: blocks.at(-1)!,
      blocks,
      anchor,
      pixels,
    };
  }

  #lift(batch: CameraBatch, trace: Trace, tell: Tell) {
    if (this.lifter instanceof SampledLifter) return this.lifter.forward(batch, trace, tell);
    const anchor = this.lifter.forward();
    trace("lifter.representation", anchor);
    return { anchor, pixels: null };
  }

  // One number from the place in the stream of random numbers, so that a resumed run repeats it.
  #draw({ seed, counter }: { seed: number; counter: number }): number {
    let mixed = Math.imul((seed ^ counter) + 0x9e3779b9, 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  }

  #bank(images: Tensor, trace: Trace, tell: Tell): Pick<FeatureBank, "features" | "levels"> {
    let levels: FeatureBank["levels"] = [];
    const features = pictureByPicture(images, { training: this.training, trace }, (some) => {
      const stages = this.imgBackbone.forward(
        some,
        (stage, share) => tell(PARTS.backbone(stage), some.rows, share),
      );
      stages.forEach((map, i) => trace(`backbone.C${i + 2}`, map));
      const maps = this.imgNeck.forward(stages);
      maps.forEach((map, i) => trace(`fpn.P${i}`, map));
      levels = maps.map(({ shape }) => [shape[2]!, shape[3]!] as const);
      const flat = maps.map((map) => {
        const [cameras, channels, height, width] = map.shape as [number, number, number, number];
        return permute(reshape(map, [cameras, channels, height * width]), [0, 2, 1]);
      });
      const bank = concat(flat, 1);
      tell(PARTS.neck, some.rows);
      return bank;
    });
    return { features, levels };
  }
}
