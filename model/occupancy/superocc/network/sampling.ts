import { add } from "../../../../gpu/ops/array/elementwise/binary.ts";
import { reshape } from "../../../../gpu/ops/array/move/reshape.ts";
import { gatherRows } from "../../../../gpu/ops/array/rows/gather_rows.ts";
import { chooseViews } from "../../../../gpu/ops/camera/views/choose_views.ts";
import { sampleViews } from "../../../../gpu/ops/camera/views/sample_views.ts";
import type { FeatureLevels } from "../../../../gpu/ops/camera/feature_levels.ts";
import { softmax } from "../../../../gpu/ops/nn/softmax.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import type { Initializer } from "../../../init.ts";
import { Linear } from "../../../layers/linear.ts";
import { Module } from "../../../module.ts";
import type { Trace } from "../../network/trace.ts";
import type { DecoderConfig } from "../config/config.ts";

/** The picture frames that queries look into, the current one first. */
export interface PictureFrames {
  /** Features [cameras, pixels, channels] of each frame, levels concatenated. */
  readonly banks: readonly Tensor[];
  /** Their levels. */
  readonly levels: FeatureLevels;
  /** [frames, cameras, 4, 4]: from the current frame of the model to pixels. */
  readonly projection: Tensor;
  /** [frames, cameras, 2]: width and height of the pictures. */
  readonly imageSize: Tensor;
}

/** Samples the picture frames at points around each query. */
export class Sampling extends Module {
  readonly samplingOffset: Linear;
  readonly scaleWeights: Linear;
  readonly #groups: number;
  readonly #points: number;

  constructor(init: Initializer, decoder: DecoderConfig, levels: number) {
    super();
    const { embedDims, groups, points } = decoder;
    this.samplingOffset = new Linear(init, embedDims, 3 * groups * points, { weight: "zero" });
    this.samplingOffset.bias.set(
      Float32Array.from({ length: 3 * groups * points }, () => init.next() - 0.5),
    );
    this.scaleWeights = new Linear(init, embedDims, levels * groups * points);
    this.#groups = groups;
    this.#points = points;
  }

  /** [queries, groups, frames * points, width] of features [queries, channels] at centres [queries, 3] (m). */
  forward(
    { feature, centres, pictures }: {
      readonly feature: Tensor;
      readonly centres: Tensor;
      readonly pictures: PictureFrames;
    },
    trace: Trace,
    name: string,
  ): Tensor {
    const queries = feature.rows;
    const groups = this.#groups;
    const points = this.#points;
    const { banks, levels, projection, imageSize } = pictures;
    const offsets = this.samplingOffset.forward(feature);
    const logits = this.scaleWeights.forward(feature);
    trace(`${name}.sampling_offset`, offsets);
    trace(`${name}.scale_logits`, logits);
    const places = add(
      reshape(offsets, [queries, groups * points, 3]),
      reshape(centres, [queries, 1, 3]),
    );
    const rows = queries * groups * points;
    const chosen = chooseViews(reshape(places, [rows, 3]), projection, imageSize);
    trace(`${name}.uv`, chosen.location);
    trace(`${name}.view`, chosen.view);
    const weights = this.#weightsOfFrames(
      softmax(reshape(logits, [rows, levels.length])),
      banks.length,
    );
    const layout = { levels, groups, points };
    const sampled = sampleViews(banks, { ...chosen, weights }, layout);
    trace(`${name}.sampling`, sampled);
    return sampled;
  }

  /**
   * Weights [frames, rows, levels] of [rows, levels]. The original takes those of group
   * floor((frame * groups + group) / frames) for a group in a frame: it lays groups and frames out in one
   * order and reads them in the other, and its weights are trained so.
   */
  #weightsOfFrames(weights: Tensor, frames: number): Tensor {
    const [groups, points] = [this.#groups, this.#points];
    const { gpu, rows } = weights;
    const index = new Uint32Array(frames * rows);
    for (let i = 0; i < index.length; i++) {
      const [frame, row] = [Math.floor(i / rows), i % rows];
      const [block, point] = [Math.floor(row / points), row % points];
      const group = Math.floor((frame * groups + block % groups) / frames);
      index[i] = (block - block % groups + group) * points + point;
    }
    const taken = gatherRows(weights, Tensor.from(gpu, index));
    return reshape(taken, [frames, rows, weights.shape[1]!]);
  }
}
