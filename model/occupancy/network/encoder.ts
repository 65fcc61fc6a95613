import { add } from "../../../gpu/ops/array/elementwise/binary.ts";
import type { Refined } from "../anchor/refine.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { Initializer } from "../../init.ts";
import { LayerNorm } from "../../layers/layer_norm.ts";
import { Module } from "../../module.ts";
import { AnchorEncoder } from "./anchor_encoder.ts";
import type { AnchorModelConfig, EncoderConfig } from "../config/anchor_config.ts";
import { DeformableAggregation, type FeatureBank } from "./deformable.ts";
import { FeedForward } from "./ffn.ts";
import { Refine } from "./refine.ts";
import { SparseConvolution } from "./sparse_convolution.ts";
import { PARTS, silent, type Tell } from "./progress.ts";
import { noTrace, type Trace } from "./trace.ts";

// One block; the slots without parameters keep their place in the key names. The first block of
// GaussianFormer has no sparse convolution, for its features are all zero.
const V1 = ["spconv", "norm", "deformable", "ffn", "norm", "refine"];
const V2 = [
  ...["identity", "deformable", "add", "norm"],
  ...["identity", "ffn", "add", "norm"],
  ...["identity", "spconv", "add", "norm"],
  ...["identity", "ffn", "add", "norm"],
  "refine",
];
const WORLD = ["deformable", "ffn", "norm", "spconv", "refine"];
const BLOCKS: Readonly<Record<EncoderConfig["order"], readonly string[]>> = {
  v1: V1,
  v2: V2,
  world: WORLD,
};

/** What the slots of an encoder do, in order. */
export function operationsOf({ order, blocks }: Pick<EncoderConfig, "order" | "blocks">): string[] {
  const all = Array.from({ length: blocks }, () => BLOCKS[order]).flat();
  return order === "v1" ? all.slice(2) : all;
}

type Slot = LayerNorm | FeedForward | DeformableAggregation | SparseConvolution | Refine | null;

/** Refines Gaussians block by block from the feature maps of the pictures. */
export class Encoder extends Module {
  readonly anchorEncoder: AnchorEncoder;
  readonly layers: Slot[];
  readonly #operations: readonly string[];

  constructor(init: Initializer, config: AnchorModelConfig) {
    super();
    this.anchorEncoder = new AnchorEncoder(init, config);
    this.#operations = operationsOf(config.encoder);
    this.layers = this.#operations.map((operation) => makeSlot(operation, init, config));
  }

  /** Starts from features of zero; returns the Gaussians that each block emits. */
  forward(
    { anchor, features, bank }: { anchor: Tensor; features: Tensor; bank: FeatureBank },
    trace: Trace = noTrace,
    tell: Tell = silent,
  ): Refined[] {
    const { gpu } = anchor;
    const blocks: Refined[] = [];
    let feature = features;
    let current = anchor;
    let convolutions = 0;
    for (const slots of this.#blocks()) {
      // Feature and Gaussians are all that a block leaves; a layer of 144 000 Gaussians makes 74 MB.
      gpu.tidy(() => {
        const embedding = gpu.tidy(() => this.anchorEncoder.forward(current));
        trace(`encoder.anchor_embed.${blocks.length}`, embedding);
        let saved = feature;
        for (const i of slots) {
          const layer = this.layers[i]!;
          const names = { layer: `layers.${i}`, block: `block${blocks.length}` };
          if (this.#operations[i] === "identity") saved = feature;
          else if (this.#operations[i] === "add") feature = add(feature, saved);
          else if (layer instanceof Refine) {
            const { block } = names;
            const refined = layer.forward({ feature, anchor: current, embedding, trace, block });
            current = refined.anchor;
            blocks.push(refined);
          } else {
            const input = feature;
            feature = gpu.tidy(() => {
              if (layer instanceof DeformableAggregation) {
                const places = { feature: input, anchor: current, embedding, bank };
                return layer.forward({ ...places, trace, names });
              }
              if (layer instanceof SparseConvolution) {
                return layer.forward(input, current, trace, `spconv.${convolutions++}`);
              }
              return layer.forward(input);
            });
            trace(`${names.layer}.${this.#operations[i]}`, feature);
          }
        }
        return [feature, ...Object.values(blocks.at(-1)!) as Tensor[]];
      });
      tell(PARTS.block(blocks.length - 1));
    }
    return blocks;
  }

  /** Places of each block's slots. */
  #blocks(): number[][] {
    const blocks: number[][] = [[]];
    this.#operations.forEach((operation, i) => {
      blocks.at(-1)!.push(i);
      if (operation === "refine" && i < this.#operations.length - 1) blocks.push([]);
    });
    return blocks;
  }
}

function makeSlot(operation: string, init: Initializer, config: AnchorModelConfig): Slot {
  switch (operation) {
    case "norm":
      return new LayerNorm(init, config.encoder.embedDims);
    case "ffn":
      return new FeedForward(init, config.encoder);
    case "deformable":
      return new DeformableAggregation(init, config);
    case "spconv":
      return new SparseConvolution(init, config);
    case "refine":
      return new Refine(init, config);
    default:
      return null;
  }
}
