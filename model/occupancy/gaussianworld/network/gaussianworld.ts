import { softmax } from "../../../../gpu/ops/nn/softmax.ts";
import { uniform } from "../../../../gpu/ops/array/elementwise/random.ts";
import type { Parameter } from "../../../../gpu/parameter.ts";
import { noGradient } from "../../../../gpu/tape.ts";
import type { Tensor } from "../../../../gpu/tensor.ts";
import { FPN } from "../../../backbone/fpn.ts";
import { ResNet } from "../../../backbone/resnet.ts";
import { resnetChannels } from "../../../backbone/resnet_config.ts";
import type { Initializer } from "../../../init.ts";
import { Module, type NamedArray } from "../../../module.ts";
import { anchorTable } from "../../network/anchor_init.ts";
import { classesOf } from "../../network/classes.ts";
import { Head } from "../../network/head.ts";
import { networkImages } from "../../network/network_images.ts";
import {
  type CameraBatch,
  type Occupancy,
  OccupancyNetwork,
} from "../../network/occupancy_network.ts";
import { pictureFeatures } from "../../network/picture_features.ts";
import { PARTS, silent, type Tell } from "../../network/progress.ts";
import { oneDraw, supervisedBlocks } from "../../network/supervised_blocks.ts";
import { noTrace, type Trace } from "../../network/trace.ts";
import { type GaussianWorldConfig, withCarried } from "../config/config.ts";
import { motionBetween } from "../motion.ts";
import { warpAndFill } from "../warp_and_fill.ts";
import { type Start, WorldEncoder } from "./encoder.ts";
import { FIRST_OPACITY, givenPrior, priorGaussians } from "./prior.ts";

/** Anchors for a car that has seen nothing, the same for every scene. */
class WorldLifter extends Module {
  readonly anchor: Parameter;

  constructor(init: Initializer, config: GaussianWorldConfig) {
    super();
    const { gaussians: { count, semantics, opacity } } = withCarried(config);
    this.anchor = anchorTable(init, count, {
      positions: true,
      scales: "spread",
      opacity,
      start: FIRST_OPACITY,
      semantics,
    });
    this.anchor.trainable = config.lifter.trainAnchors;
  }
}

/**
 * Camera pictures, and the Gaussians of the key frame before, to semantic occupancy (GaussianWorld, Zuo et
 * al. 2024). Its memory is "anchors" [G, width], raw, and "features" [G, channels] as the last refinement
 * got them; no gradient flows back into the key frame before.
 */
export class GaussianWorld extends OccupancyNetwork {
  /** Features of the pictures. */
  readonly imgBackbone: ResNet;
  /** The pyramid over them. */
  readonly imgNeck: FPN;
  /** @internal Where the Gaussians of a first key frame begin. */
  readonly lifter: WorldLifter;
  /** @internal Refines them block by block. */
  readonly encoder: WorldEncoder;
  /** @internal Splats them into voxels. */
  readonly head: Head;
  #prior: Parameter;

  /** Makes the network by its settings, with seeded weights. */
  constructor(init: Initializer, readonly config: GaussianWorldConfig) {
    super();
    const { backbone, neck, encoder } = config;
    this.imgBackbone = new ResNet(init, backbone);
    this.imgNeck = new FPN(init, resnetChannels(backbone), encoder.embedDims, neck.levels, neck);
    if (neck.frozen) this.imgNeck.setTrainable(false);
    this.lifter = new WorldLifter(init, config);
    this.encoder = new WorldEncoder(init, config);
    this.head = new Head(init, config);
    this.#prior = priorGaussians(init, config);
  }

  /** Runs it on a key frame, after that of the batch's memory; `tell` hears of each part of the pass. */
  forward(batch: CameraBatch, trace: Trace = noTrace, tell: Tell = silent): Occupancy {
    const { bank } = this.see(batch, trace, tell);
    const { gpu } = bank!.features;
    const start = this.#start(batch, trace);
    const { blocks, features } = this.encoder.forward(start, bank!, trace, tell);
    const supervised = supervisedBlocks(this.config.head.supervised, blocks.length, {
      training: this.training,
      random: () => oneDraw(gpu.random.take(1)),
    });
    const predictions = supervised.map((block, i) => {
      const { scores } = this.head.forward(blocks[block]!, trace, `head.${i}`);
      trace(`pred_occ.${i}`, scores);
      return scores;
    });
    tell(PARTS.head);
    const gaussians = blocks.at(-1)!;
    const { moment } = batch;
    return {
      probabilities: predictions.at(-1)!,
      occupied: null,
      predictions,
      occupancies: [],
      supervised,
      gaussians,
      blocks,
      anchor: start.anchor,
      pixels: null,
      memory: moment ? { tensors: { anchors: gaussians.anchor, features }, moment } : null,
    };
  }

  /** The same key frame with the features of its pictures, which do not hang on a memory. */
  override see(batch: CameraBatch, trace: Trace = noTrace, tell: Tell = silent): CameraBatch {
    if (batch.bank) return batch;
    const { projection, imageSize } = batch;
    const images = networkImages(batch, this.config.image);
    const networks = { backbone: this.imgBackbone, neck: this.imgNeck };
    const look = () => pictureFeatures(images, networks, { training: this.training, trace, tell });
    // Where nothing in them learns, nothing need be kept: a gigabyte of six pictures of 1600x864.
    const { backbone, neck } = this.config;
    const frozen = backbone.frozenStages === 4 && neck.frozen;
    const bank = frozen ? noGradient(images.gpu, look) : look();
    return { ...batch, bank: { ...bank, projection, imageSize } };
  }

  /** The class u32 [voxels] of each voxel. */
  classes({ probabilities }: Pick<Occupancy, "probabilities">): Tensor {
    return classesOf({ scores: probabilities, occupied: null }, this.config);
  }

  /** Probabilities [classes, voxels]. */
  chances({ probabilities }: Pick<Occupancy, "probabilities">): Tensor {
    return softmax(probabilities, 0);
  }

  /** Takes other Gaussians for what comes into view: [points, width], raw. */
  setPrior(prior: NamedArray): void {
    const { gpu, shape } = this.#prior;
    const given = givenPrior(gpu, "the prior", prior, shape[1]!);
    this.#prior.release();
    this.#prior = given;
  }

  /** Gives back the memory of weights and prior. */
  override release(): void {
    super.release();
    this.#prior.release();
  }

  #start({ memory, moment, uniforms }: CameraBatch, trace: Trace): Start {
    if (!memory || !moment) {
      trace("warp.anchor", this.lifter.anchor.value);
      return { anchor: this.lifter.anchor.value, history: null };
    }
    const { stream, occupancy: { range } } = this.config;
    const [anchors, features] = [memory.tensors.anchors!, memory.tensors.features!];
    const { gpu, rows } = anchors;
    const { kept, steps, ...warped } = noGradient(gpu, () =>
      warpAndFill({ anchors, features }, {
        range,
        motion: motionBetween(memory.moment.worldFromFrame, moment.worldFromFrame),
        prior: this.#prior.value,
        uniforms: uniforms ?? uniform(gpu, [rows]),
        turn: stream.turn,
        fallback: stream.fallback,
      }));
    trace("warp.anchor", warped.anchors);
    trace("warp.feature", warped.features);
    trace("warp.kept", kept);
    for (const [name, tensor] of Object.entries(steps)) trace(`warp.${name}`, tensor);
    return { anchor: warped.anchors, history: { features: warped.features, kept } };
  }
}
