import { add } from "../../../../gpu/ops/array/elementwise/binary.ts";
import type { Tensor } from "../../../../gpu/tensor.ts";
import type { Initializer } from "../../../init.ts";
import { LayerNorm } from "../../../layers/layer_norm.ts";
import { Module } from "../../../module.ts";
import type { Refined } from "../../anchor/refine.ts";
import { AnchorEncoder } from "../../network/anchor_encoder.ts";
import { DeformableAggregation, type FeatureBank } from "../../network/deformable.ts";
import { operationsOf } from "../../network/encoder.ts";
import { FeedForward } from "../../network/ffn.ts";
import { SparseConvolution } from "../../network/sparse_convolution.ts";
import { PARTS, silent, type Tell } from "../../network/progress.ts";
import { noTrace, type Trace } from "../../network/trace.ts";
import { type GaussianWorldConfig, withCarried } from "../config/config.ts";
import { decodeAnchor } from "./decode.ts";
import { ResidualRefine } from "./refine.ts";
import type { ResidualRefineOptions } from "../residual_refine.ts";

type Slot = DeformableAggregation | FeedForward | LayerNorm | SparseConvolution | ResidualRefine;
type Block = [DeformableAggregation, FeedForward, LayerNorm, SparseConvolution, ResidualRefine];

/** What a frame starts from: anchors [G, width], and of those of the frame before what is known. */
export interface Start {
  readonly anchor: Tensor;
  /** Features [G, channels] and, on the GPU, how many of the first rows are old: u32 [1]. */
  readonly history: { readonly features: Tensor; readonly kept: Tensor } | null;
}

/** What the blocks make of it. */
export interface Encoded {
  readonly blocks: readonly Refined[];
  /** [G, channels] as the last refinement got them: what the next frame starts from. */
  readonly features: Tensor;
}

/** GaussianWorld's blocks: each gathers, mixes and adds to the Gaussians, the first ones for what moves. */
export class WorldEncoder extends Module {
  readonly anchorEncoder: AnchorEncoder;
  readonly layers: Slot[];
  readonly #config: GaussianWorldConfig;

  constructor(init: Initializer, config: GaussianWorldConfig) {
    super();
    const carried = withCarried(config);
    const width = 11 + carried.gaussians.semantics;
    this.anchorEncoder = new AnchorEncoder(init, carried);
    const make: Readonly<Record<string, () => Slot>> = {
      deformable: () => new DeformableAggregation(init, config),
      ffn: () => new FeedForward(init, config.encoder),
      norm: () => new LayerNorm(init, config.encoder.embedDims),
      spconv: () => new SparseConvolution(init, config),
      refine: () => new ResidualRefine(init, config.encoder, width),
    };
    this.layers = operationsOf(config.encoder).map((operation) => make[operation]!());
    this.#config = config;
  }

  forward(
    { anchor, history }: Start,
    bank: FeatureBank,
    trace: Trace = noTrace,
    tell: Tell = silent,
  ): Encoded {
    const { gpu } = anchor;
    const { blocks: count } = this.#config.encoder;
    const blocks: Refined[] = [];
    let current = anchor;
    let features = anchor;
    // What is added to the features of a block: the embedding of the Gaussians that it starts from.
    let before = history?.features ?? null;
    for (let block = 0; block < count; block++) {
      gpu.tidy(() => {
        const embedding = gpu.tidy(() => this.anchorEncoder.forward(current));
        trace(`encoder.anchor_embed.${block}`, embedding);
        const feature = before ? add(before, embedding) : embedding;
        features = this.#mix(block, { feature, anchor: current, embedding }, bank, trace);
        const refine = this.#block(block)[4];
        const options = this.#refinement(block, history);
        const { anchor: refined, weights } = refine.forward(
          { feature: features, embedding, anchor: current },
          options,
        );
        const decoded = decodeAnchor(refined, this.#config);
        if (options.history?.mode === "motion") trace(`block${block}.motion_weight`, weights);
        for (const [name, tensor] of Object.entries(decoded)) {
          trace(`block${block}.${name}`, tensor);
        }
        blocks.push(decoded);
        return [features, ...Object.values(decoded) as Tensor[]];
      });
      before = features;
      current = blocks.at(-1)!.anchor;
      tell(PARTS.block(block));
    }
    return { blocks, features };
  }

  /** New features [G, channels]: of the pictures, of each Gaussian itself and of its neighbours. */
  #mix(
    block: number,
    places: Readonly<Record<"feature" | "anchor" | "embedding", Tensor>>,
    bank: FeatureBank,
    trace: Trace,
  ): Tensor {
    const { gpu } = places.anchor;
    const [deformable, ffn, norm, spconv] = this.#block(block);
    const slot = 5 * block;
    const names = { layer: `layers.${slot}`, block: `block${block}` };
    const parts: [string, (x: Tensor) => Tensor][] = [
      ["deformable", () => deformable.forward({ ...places, bank, trace, names })],
      ["ffn", (x) => ffn.forward(x)],
      ["norm", (x) => norm.forward(x)],
      ["spconv", (x) => spconv.forward(x, places.anchor, trace, `spconv.${block}`)],
    ];
    return parts.reduce((x, [name, run], i) => {
      const y = gpu.tidy(() => run(x));
      trace(`layers.${slot + i}.${name}`, y);
      return y;
    }, places.feature);
  }

  #block(block: number): Block {
    return this.layers.slice(5 * block, 5 * block + 5) as Block;
  }

  #refinement(block: number, history: Start["history"]): ResidualRefineOptions {
    const { encoder, stream, occupancy, gaussians } = this.#config;
    const temporal = block >= encoder.blocks - stream.temporalBlocks;
    return {
      range: occupancy.range,
      unit: encoder.unitXyz,
      history: history && { rows: history.kept, mode: temporal ? "full" : "motion" },
      temporalScale: stream.temporalScale,
      dynamicScale: stream.dynamicScale,
      classes: gaussians.semantics,
      moving: stream.moving,
    };
  }
}
