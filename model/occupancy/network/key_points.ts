import { reshape } from "../../../gpu/ops/array/move/reshape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import type { Initializer } from "../../init.ts";
import { Linear } from "../../layers/linear.ts";
import { Module } from "../../module.ts";
import { keyPoints } from "../anchor/key_points.ts";
import { type AnchorModelConfig, anchorRanges } from "../config/anchor_config.ts";

/** Offsets at which every Gaussian looks, in scales: its mean and 0.45 along each axis, both ways. */
export const FIXED_OFFSETS = [0, 1, 2].reduce<number[][]>((offsets, axis) => {
  const step = (size: number) => [0, 1, 2].map((other) => other === axis ? size : 0);
  return [...offsets, step(0.45), step(-0.45)];
}, [[0, 0, 0]]);

/** Where a Gaussian looks: fixed points about its mean and learned ones from its feature. */
export class KeyPoints extends Module {
  readonly learnableFc: Linear | null;
  readonly #config: AnchorModelConfig;

  constructor(init: Initializer, config: AnchorModelConfig) {
    super();
    const { embedDims, learnedPoints } = config.encoder;
    this.learnableFc = learnedPoints
      ? new Linear(init, embedDims, 3 * learnedPoints, { weight: "xavier" })
      : null;
    this.#config = config;
  }

  /** Points of one Gaussian. */
  get count(): number {
    return FIXED_OFFSETS.length + this.#config.encoder.learnedPoints;
  }

  /** Features [G, channels] and anchors [G, width] to points [G, count, 3], metres. */
  forward(feature: Tensor, anchor: Tensor): Tensor {
    const { learnedPoints, learnedPointScale: factor } = this.#config.encoder;
    const { gpu, rows } = feature;
    const learned = this.learnableFc
      ? reshape(this.learnableFc.forward(feature), [rows, learnedPoints, 3])
      : Tensor.empty(gpu, [rows, 0, 3]);
    const fixed = Tensor.from(gpu, FIXED_OFFSETS.flat(), [FIXED_OFFSETS.length, 3]);
    return keyPoints(anchor, learned, fixed, { factor, ...anchorRanges(this.#config) });
  }
}
