import { softmax } from "../../../gpu/ops/nn/softmax.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { FPN } from "../../backbone/fpn.ts";
import { ResNet } from "../../backbone/resnet.ts";
import { resnetChannels } from "../../backbone/resnet_config.ts";
import type { Initializer } from "../../init.ts";
import type { AnchorModelConfig } from "../config/anchor_config.ts";
import { classesOf } from "./classes.ts";
import { Encoder } from "./encoder.ts";
import { Head } from "./head.ts";
import type { Lifter } from "./learned_lifter.ts";
import { networkImages } from "./network_images.ts";
import { type CameraBatch, type Occupancy, OccupancyNetwork } from "./occupancy_network.ts";
import { pictureFeatures } from "./picture_features.ts";
import { PARTS, silent, type Tell } from "./progress.ts";
import { oneDraw, supervisedBlocks } from "./supervised_blocks.ts";
import { noTrace, type Trace } from "./trace.ts";

/** Pictures to features; anchors, refined from them block by block; these to voxels. */
export class AnchorNetwork extends OccupancyNetwork {
  /** Features of the pictures. */
  readonly imgBackbone: ResNet;
  /** The pyramid over them. */
  readonly imgNeck: FPN;
  /** @internal Where the anchors begin. */
  readonly lifter: Lifter;
  /** @internal Refines them block by block. */
  readonly encoder: Encoder;
  /** @internal Aggregates them into voxels. */
  readonly head: Head;

  /** Makes the network by its settings, with seeded weights. */
  constructor(
    init: Initializer,
    readonly config: AnchorModelConfig,
    makeLifter: (init: Initializer) => Lifter,
  ) {
    super();
    const { backbone, neck, encoder } = config;
    this.imgBackbone = new ResNet(init, backbone);
    this.imgNeck = new FPN(init, resnetChannels(backbone), encoder.embedDims, neck.levels, neck);
    if (neck.frozen) this.imgNeck.setTrainable(false);
    this.lifter = makeLifter(init);
    this.encoder = new Encoder(init, config);
    this.head = new Head(init, config);
  }

  /** `tell` hears of each part of the pass once that is encoded. */
  forward(batch: CameraBatch, trace: Trace = noTrace, tell: Tell = silent): Occupancy {
    const { projection, imageSize } = batch;
    const { gpu } = projection;
    const images = networkImages(batch, this.config.image);
    const networks = { backbone: this.imgBackbone, neck: this.imgNeck };
    const bank = pictureFeatures(images, networks, { training: this.training, trace, tell });
    const { anchor, pixels } = this.lifter.forward({ ...batch, images }, trace, tell);
    const features = this.lifter.instanceFeature?.value ??
      Tensor.zeros(gpu, [anchor.rows, this.config.encoder.embedDims]);
    const inputs = { ...bank, projection, imageSize };
    const blocks = this.encoder.forward({ anchor, features, bank: inputs }, trace, tell);
    const supervised = supervisedBlocks(this.config.head.supervised, blocks.length, {
      training: this.training,
      random: () => oneDraw(gpu.random.take(1)),
    });
    const aggregated = supervised.map((block, i) => {
      const prediction = this.head.forward(blocks[block]!, trace, `head.${i}`);
      trace(`pred_occ.${i}`, prediction.scores);
      return prediction;
    });
    tell(PARTS.head);
    return {
      probabilities: aggregated.at(-1)!.scores,
      occupied: aggregated.at(-1)!.occupied,
      predictions: aggregated.map(({ scores }) => scores),
      occupancies: aggregated.flatMap(({ occupancy }) => occupancy ?? []),
      supervised,
      gaussians: blocks.at(-1)!,
      blocks,
      anchor,
      pixels,
    };
  }

  /** The class u32 [voxels] of each voxel. */
  classes({ probabilities, occupied }: Pick<Occupancy, "probabilities" | "occupied">): Tensor {
    return classesOf({ scores: probabilities, occupied }, this.config);
  }

  /** Probabilities [classes, voxels]. */
  chances({ probabilities }: Pick<Occupancy, "probabilities">): Tensor {
    return this.config.head.kind === "additive" ? softmax(probabilities, 0) : probabilities;
  }
}
