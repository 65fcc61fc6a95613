import { add } from "../../gpu/ops/array/binary.ts";
import type { Refined } from "../../gpu/ops/gaussian/refine.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import { LayerNorm } from "../layers/layer_norm.ts";
import { Module } from "../module.ts";
import { AnchorEncoder } from "./anchor_encoder.ts";
import type { GaussianFormerConfig } from "./config.ts";
import { DeformableAggregation, type FeatureBank } from "./deformable.ts";
import { FeedForward } from "./ffn.ts";
import { Refine } from "./refine.ts";
import { SparseConvolution } from "./sparse_convolution.ts";

/** One block of GaussianFormer-2; the slots without parameters keep their place in the key names. */
const BLOCK = [
  ...["identity", "deformable", "add", "norm"],
  ...["identity", "ffn", "add", "norm"],
  ...["identity", "spconv", "add", "norm"],
  ...["identity", "ffn", "add", "norm"],
  "refine",
] as const;

type Slot = LayerNorm | FeedForward | DeformableAggregation | SparseConvolution | Refine | null;

/** Refines Gaussians block by block from the feature maps of the pictures. */
export class Encoder extends Module {
  readonly anchorEncoder: AnchorEncoder;
  readonly layers: Slot[];
  readonly #operations: readonly string[];

  constructor(init: Initializer, config: GaussianFormerConfig) {
    super();
    const { encoder, gaussians } = config;
    this.anchorEncoder = new AnchorEncoder(init, encoder.embedDims, gaussians.semantics);
    this.#operations = Array.from({ length: encoder.blocks }, () => BLOCK).flat();
    this.layers = this.#operations.map((operation) => makeSlot(operation, init, config));
  }

  /** Starts from features of zero; returns the Gaussians that each block emits. */
  forward(anchor: Tensor, features: Tensor, bank: FeatureBank): Refined[] {
    const emitted: Refined[] = [];
    const last = this.layers.length - 1;
    let feature = features;
    let saved = feature;
    let current = anchor;
    let embedding = this.anchorEncoder.forward(current);
    this.layers.forEach((layer, i) => {
      if (this.#operations[i] === "identity") saved = feature;
      else if (this.#operations[i] === "add") feature = add(feature, saved);
      else if (layer instanceof DeformableAggregation) {
        feature = layer.forward(feature, current, embedding, bank);
      } else if (layer instanceof SparseConvolution) feature = layer.forward(feature, current);
      else if (layer instanceof Refine) {
        const refined = layer.forward(feature, current, embedding);
        current = refined.anchor;
        emitted.push(refined);
        if (i < last) embedding = this.anchorEncoder.forward(current);
      } else feature = layer!.forward(feature);
    });
    return emitted;
  }
}

function makeSlot(operation: string, init: Initializer, config: GaussianFormerConfig): Slot {
  const { embedDims, feedforward, dropout } = config.encoder;
  switch (operation) {
    case "norm":
      return new LayerNorm(init, embedDims);
    case "ffn":
      return new FeedForward(init, embedDims, feedforward, dropout);
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
