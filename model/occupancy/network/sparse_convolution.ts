import { relu } from "../../../gpu/ops/array/elementwise/unary.ts";
import { sparseConv3d } from "../../../gpu/ops/sparse/conv/sparse_conv3d.ts";
import { type SparseRules, sparseRules } from "../../../gpu/ops/sparse/rules/sparse_rules.ts";
import type { Parameter } from "../../../gpu/parameter.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import type { Initializer } from "../../init.ts";
import { LayerNorm } from "../../layers/layer_norm.ts";
import { Linear } from "../../layers/linear.ts";
import { Module } from "../../module.ts";
import { anchorCells } from "../anchor/anchor_cells.ts";
import { type AnchorModelConfig, anchorRanges } from "../config/anchor_config.ts";
import { legacyCells, legacyRules } from "../gaussianformer/legacy_grid/legacy_rules.ts";
import { noTrace, type Trace } from "./trace.ts";

/** Weights of one submanifold convolution: [outputs, k, k, k, inputs]. */
class SubmanifoldConv extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(init: Initializer, channels: number, kernel: number, { bias }: { bias: boolean }) {
    super();
    this.weight = init.xavier([channels, kernel, kernel, kernel, channels]);
    this.bias = bias ? init.fanIn([channels], channels * kernel ** 3) : null;
  }
}

/** Submanifold convolutions over the cells that the Gaussians' means lie in. */
export class SparseConvolution extends Module {
  /** One convolution, or in turn a convolution, its norm and a null for the ReLU. */
  readonly layer: SubmanifoldConv | (SubmanifoldConv | LayerNorm | null)[];
  readonly outputProj: Linear | null;
  readonly #config: AnchorModelConfig;

  constructor(init: Initializer, config: AnchorModelConfig) {
    super();
    const { embedDims: channels, kernel, convolutions, outputProjection } = config.encoder;
    this.layer = convolutions === 0
      ? new SubmanifoldConv(init, channels, kernel, { bias: false })
      : Array.from({ length: convolutions }, () => [
        new SubmanifoldConv(init, channels, kernel, { bias: true }),
        new LayerNorm(init, channels),
        null,
      ]).flat();
    this.outputProj = outputProjection
      ? new Linear(init, channels, channels, { weight: "xavier", bias: "fanIn" })
      : null;
    this.#config = config;
  }

  /** Features [G, channels] of Gaussians to new ones; `name` is what it is called in a trace. */
  forward(feature: Tensor, anchor: Tensor, trace: Trace = noTrace, name = "spconv"): Tensor {
    const { duplicates } = this.#config.encoder;
    const rules = this.#rules(anchor, trace, name);
    let y = feature;
    const layers = Array.isArray(this.layer) ? this.layer : [this.layer];
    for (const layer of layers) {
      if (layer instanceof SubmanifoldConv) {
        const bias = layer.bias?.value ?? null;
        y = sparseConv3d(y, rules, layer.weight.value, { bias, mode: duplicates });
      } else y = layer ? layer.forward(y) : relu(y);
    }
    return this.outputProj ? this.outputProj.forward(y) : y;
  }

  #rules(anchor: Tensor, trace: Trace, name: string): SparseRules {
    const { legacy, encoder: { cell, kernel: kernelSize }, occupancy: { range } } = this.#config;
    const options = { edge: cell, ...anchorRanges(this.#config) };
    if (legacy) {
      const places = legacyCells(anchor, options);
      trace(`${name}.cells`, places.cells);
      trace(`${name}.dims`, places.largest);
      return legacyRules(places, { kernelSize });
    }
    const shape = [0, 1, 2].map((axis) => Math.round((range[axis + 3]! - range[axis]!) / cell));
    const cells = anchorCells(anchor, options);
    trace(`${name}.cells`, cells);
    if (trace !== noTrace) trace(`${name}.dims`, Tensor.from(cells.gpu, Int32Array.from(shape)));
    return sparseRules(cells, { shape, kernelSize });
  }
}
