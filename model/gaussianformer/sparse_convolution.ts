import { relu } from "../../gpu/ops/array/unary.ts";
import { anchorCells } from "../../gpu/ops/gaussian/anchor_cells.ts";
import { sparseConv3d } from "../../gpu/ops/sparse/sparse_conv3d.ts";
import { sparseRules } from "../../gpu/ops/sparse/sparse_rules.ts";
import type { Parameter } from "../../gpu/parameter.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Initializer } from "../init.ts";
import { LayerNorm } from "../layers/layer_norm.ts";
import { Linear } from "../layers/linear.ts";
import { Module } from "../module.ts";
import { anchorRanges, type GaussianFormerConfig } from "./config.ts";

/** Weights of one submanifold convolution: [outputs, k, k, k, inputs]. */
class SubmanifoldConv extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter;

  constructor(init: Initializer, channels: number, kernel: number) {
    super();
    this.weight = init.xavier([channels, kernel, kernel, kernel, channels]);
    this.bias = init.fanIn([channels], channels * kernel ** 3);
  }
}

/** Submanifold convolutions over the cells that the Gaussians' means lie in, each with norm and ReLU. */
export class SparseConvolution extends Module {
  /** Convolution, norm and a null for the ReLU, in turn. */
  readonly layer: (SubmanifoldConv | LayerNorm | null)[];
  readonly outputProj: Linear;
  readonly #config: GaussianFormerConfig;

  constructor(init: Initializer, config: GaussianFormerConfig) {
    super();
    const { embedDims: channels, kernel, convolutions } = config.encoder;
    this.layer = Array.from({ length: convolutions }, () => [
      new SubmanifoldConv(init, channels, kernel),
      new LayerNorm(init, channels),
      null,
    ]).flat();
    this.outputProj = new Linear(init, channels, channels, { weight: "xavier" });
    this.#config = config;
  }

  forward(feature: Tensor, anchor: Tensor): Tensor {
    const { encoder: { cell, kernel, duplicates }, occupancy: { range } } = this.#config;
    const dims = [0, 1, 2].map((axis) => Math.ceil((range[axis + 3]! - range[axis]!) / cell));
    const cells = anchorCells(anchor, { edge: cell, ...anchorRanges(this.#config) });
    const rules = sparseRules(cells, { shape: dims, kernelSize: kernel });
    let y = feature;
    for (const layer of this.layer) {
      if (layer instanceof SubmanifoldConv) {
        y = sparseConv3d(y, rules, layer.weight.value, {
          bias: layer.bias.value,
          mode: duplicates,
        });
      } else y = layer ? layer.forward(y) : relu(y);
    }
    return this.outputProj.forward(y);
  }
}
