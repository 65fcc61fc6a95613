import { argmax } from "../../../../gpu/ops/array/reduce/argmax.ts";
import { concat } from "../../../../gpu/ops/array/move/concat.ts";
import { reshape } from "../../../../gpu/ops/array/move/reshape.ts";
import { slice } from "../../../../gpu/ops/array/move/slice.ts";
import { addScalar } from "../../../../gpu/ops/array/elementwise/unary.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { FPN } from "../../../backbone/fpn.ts";
import { ResNet } from "../../../backbone/resnet.ts";
import { resnetChannels } from "../../../backbone/resnet_config.ts";
import type { Initializer } from "../../../init.ts";
import type { Refined } from "../../anchor/refine.ts";
import {
  type CameraBatch,
  type Memory,
  type Occupancy,
  OccupancyNetwork,
} from "../../network/occupancy_network.ts";
import { PARTS, silent, type Tell } from "../../network/progress.ts";
import { noTrace, type Trace } from "../../network/trace.ts";
import type { SuperOccConfig } from "../config/config.ts";
import { keepQueries, motionTo } from "../queries/stream.ts";
import type { LayerResult } from "./decoder_layer.ts";
import { PictureMemory } from "./picture_memory.ts";
import { type Propagated, StreamHead } from "./stream_head.ts";
import { scoresOfEach, splatLayer } from "./superquadric_head.ts";

/** What SuperOcc makes of a key frame; `anchor` is its initial points [queries, 3] as logits. */
export interface SuperOccupancy extends Occupancy {
  /** What each layer of the decoder made. */
  readonly layers: readonly LayerResult[];
  /** The initial points [queries, 3] in metres, with their gradient. */
  readonly initialPoints: Tensor;
}

/** Camera pictures of several moments to superquadrics to semantic occupancy (SuperOcc, 2026). */
export class SuperOcc extends OccupancyNetwork {
  /** Features of the pictures. */
  readonly imgBackbone: ResNet;
  /** The pyramid over them. */
  readonly imgNeck: FPN;
  /** @internal Queries, and the layers that refine them. */
  readonly ptsBboxHead: StreamHead;

  /** Makes the network by its settings, with seeded weights. */
  constructor(init: Initializer, readonly config: SuperOccConfig) {
    super();
    const { backbone, neck, decoder } = config;
    this.imgBackbone = new ResNet(init, backbone);
    this.imgNeck = new FPN(init, resnetChannels(backbone), decoder.embedDims, neck.levels, neck);
    if (neck.frozen) this.imgNeck.setTrainable(false);
    this.ptsBboxHead = new StreamHead(init, config);
  }

  /** The backbone's norms keep their statistics in training too. */
  override train(training = true): void {
    super.train(training);
    this.imgBackbone.train(false);
  }

  /** `tell` hears of each part of the pass once that is encoded. */
  forward(batch: CameraBatch, trace: Trace = noTrace, tell: Tell = silent): SuperOccupancy {
    const { moment, memory = null, uniforms } = batch;
    const { gpu } = batch.projection;
    const seen = new PictureMemory(this.config, { backbone: this.imgBackbone, neck: this.imgNeck })
      .look(batch, { training: this.training, trace, tell });
    const propagated = memory && moment ? propagatedOf(memory, moment) : null;
    const { layers, last } = this.ptsBboxHead.forward(
      seen.pictures,
      { propagated, numbers: uniforms },
      trace,
      tell,
    );
    const supervised = layers.map((_, i) => i).slice(this.training ? 0 : -1);
    const splatted = supervised.map((layer) =>
      gpu.tidy(() => {
        const { scores, occupancy } = splatLayer(
          layers[layer]!,
          this.config,
          trace,
          `layer${layer}`,
        );
        return [scores, occupancy] as const;
      })
    );
    tell(PARTS.head);
    const kept = keepQueries(layers.at(-1)!, last, this.config.queries.propagated);
    for (const [name, tensor] of Object.entries(kept)) trace(`memory_out.${name}`, tensor);
    const blocks = layers.map(refinedOf);
    const { embedding, points } = kept;
    return {
      probabilities: splatted.at(-1)![0],
      occupied: null,
      predictions: splatted.map(([scores]) => scores),
      occupancies: splatted.map(([, occupancy]) => occupancy),
      supervised,
      gaussians: blocks.at(-1)!,
      blocks,
      anchor: this.ptsBboxHead.initialLogits(),
      initialPoints: this.ptsBboxHead.initialPoints(),
      pixels: null,
      layers,
      memory: moment ? { tensors: { ...seen.kept, embedding, points }, moment } : null,
    };
  }

  /** The likeliest class; with a threshold, the likeliest but the empty one where its score reaches that. */
  classes({ probabilities }: Pick<Occupancy, "probabilities">): Tensor {
    const { head: { threshold }, task: { empty } } = this.config;
    if (threshold === null) return argmax(probabilities, 0);
    const { gpu, rows, size } = probabilities;
    return gpu.tidy(() => {
      // As class "empty" the number below which no other score counts: f32 just below the threshold,
      // for a score that equals it does.
      const bound = addScalar(Tensor.zeros(gpu, [1, size / rows]), below(threshold));
      return argmax(
        concat([
          ...(empty > 0 ? [slice(probabilities, 0, 0, empty)] : []),
          bound,
          ...(empty + 1 < rows ? [slice(probabilities, 0, empty + 1, rows)] : []),
        ]),
        0,
      );
    });
  }

  /** Probabilities [classes, voxels]. */
  chances({ probabilities }: Pick<Occupancy, "probabilities">): Tensor {
    return probabilities;
  }
}

/** The largest f32 below a positive number. */
function below(x: number): number {
  const bits = new Uint32Array(Float32Array.of(x).buffer);
  return new Float32Array(Uint32Array.of(bits[0]! - 1).buffer)[0]!;
}

/** The queries of a memory, and how the car has moved since. */
function propagatedOf(
  { tensors, moment: then }: Memory,
  now: NonNullable<CameraBatch["moment"]>,
): Propagated {
  return {
    embedding: tensors.embedding!,
    points: tensors.points!,
    seconds: now.seconds - then.seconds,
    motion: motionTo(now.worldFromFrame, then.worldFromFrame),
  };
}

/** A layer's superquadrics as primitives that have scores of their own. */
function refinedOf(layer: LayerResult): Refined {
  const { means, scales, rotations, opacities, exponents } = layer.superquadrics;
  return {
    anchor: layer.raw,
    means,
    scales,
    rotations,
    opacities: reshape(opacities, [means.rows, 1]),
    semantics: scoresOfEach(layer),
    exponents,
  };
}
