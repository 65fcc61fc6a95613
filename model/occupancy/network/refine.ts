import { add, multiply } from "../../../gpu/ops/array/elementwise/binary.ts";
import { slice } from "../../../gpu/ops/array/move/slice.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { Initializer } from "../../init.ts";
import type { LayerNorm } from "../../layers/layer_norm.ts";
import { Linear } from "../../layers/linear.ts";
import { linearReluNorm, runLayers } from "../../layers/mlp.ts";
import { recomputed } from "../../layers/recomputed.ts";
import { Scale } from "../../layers/scale.ts";
import { Module } from "../../module.ts";
import { decodePosition } from "../anchor/position.ts";
import { withExponents } from "../anchor/exponents.ts";
import { refine, type Refined } from "../anchor/refine.ts";
import { type AnchorModelConfig, anchorRanges, anchorWidth } from "../config/anchor_config.ts";
import { noTrace, type Trace } from "./trace.ts";

/** Predicts from a Gaussian's feature how far it moves, and all else anew. */
export class Refine extends Module {
  readonly layers: (Linear | LayerNorm | Scale | null)[];
  readonly #config: AnchorModelConfig;

  constructor(init: Initializer, config: AnchorModelConfig) {
    super();
    const channels = config.encoder.embedDims;
    const width = anchorWidth(config.gaussians);
    this.layers = [
      ...linearReluNorm(init, { inputs: channels, channels, inner: 2, outer: 2 }),
      new Linear(init, channels, width),
      new Scale(init, width),
    ];
    this.#config = config;
  }

  /** The new anchors [G, width] and the Gaussians that they decode to. */
  forward(
    { feature, anchor, embedding, trace, block }: {
      readonly feature: Tensor;
      readonly anchor: Tensor;
      readonly embedding: Tensor;
      readonly trace: Trace;
      /** What this block is called in a trace. */
      readonly block: string;
    },
  ): Refined {
    const { encoder, gaussians } = this.#config;
    const [x, y, z] = encoder.unitXyz;
    const scale = this.layers.at(-1) as Scale;
    const mlp = this.layers.slice(0, -1) as (Linear | LayerNorm | null)[];
    const output = recomputed(
      add(feature, embedding),
      encoder.recompute,
      (x) => runLayers(mlp, x),
    );
    const raw = multiply(output, scale.scale.value);
    const moved = refine(raw, anchor, {
      version: encoder.refinement === "v1" ? 1 : 2,
      unit: encoder.unitXyz,
      opacity: gaussians.opacity,
      semantics: encoder.semanticsActivation,
      ...(encoder.margin === undefined ? {} : { margin: encoder.margin }),
      ...anchorRanges(this.#config),
    });
    const { exponents } = gaussians;
    const refined = exponents ? withExponents(moved, exponents) : moved;
    trace(`${block}.feature`, feature);
    for (const [name, tensor] of Object.entries(refined)) {
      if (tensor.size > 0) trace(`${block}.${name}`, tensor);
    }
    if (trace !== noTrace && refined.exponents) {
      trace(`${block}.u`, slice(refined.exponents, 1, 0, 1));
      trace(`${block}.v`, slice(refined.exponents, 1, 1, 2));
    }
    if (trace !== noTrace && encoder.refinement === "v2") {
      // A position in a box of two steps around 0 is the step itself.
      const step = decodePosition(slice(raw, 1, 0, 3), [-x, -y, -z, x, y, z]);
      trace(`${block}.delta_means`, step);
    }
    return refined;
  }
}
