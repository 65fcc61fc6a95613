import { add } from "../../../gpu/ops/array/elementwise/binary.ts";
import { concat } from "../../../gpu/ops/array/move/concat.ts";
import { slice } from "../../../gpu/ops/array/move/slice.ts";
import { deformableAggregation } from "../../../gpu/ops/camera/deformable/deformable_aggregation.ts";
import type { FeatureLevels } from "../../../gpu/ops/camera/feature_levels.ts";
import { projectPoints } from "../../../gpu/ops/camera/rays/project_points.ts";
import { linear } from "../../../gpu/ops/nn/gemm/linear.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { Initializer } from "../../init.ts";
import { Linear } from "../../layers/linear.ts";
import { type Layers, linearReluNorm, runLayers } from "../../layers/mlp.ts";
import { Module } from "../../module.ts";
import type { AnchorModelConfig } from "../config/anchor_config.ts";
import { KeyPoints } from "./key_points.ts";
import type { Trace } from "./trace.ts";

/** Feature maps of all cameras and how points of the world reach them. */
export interface FeatureBank {
  /** [cameras, pixels, channels]: levels concatenated, pixels row-major. */
  readonly features: Tensor;
  readonly levels: FeatureLevels;
  /** [cameras, 4, 4] lidar frame to pixels of the network's input. */
  readonly projection: Tensor;
  /** [cameras, 2] width and height of the network's input, pixels. */
  readonly imageSize: Tensor;
}

/** Gathers, for each Gaussian, features of the pictures around its key points. */
export class DeformableAggregation extends Module {
  readonly kpsGenerator: KeyPoints;
  readonly outputProj: Linear;
  readonly cameraEncoder: Layers;
  readonly weightsFc: Linear;
  readonly #config: AnchorModelConfig;

  constructor(init: Initializer, config: AnchorModelConfig) {
    super();
    const { embedDims: channels, groups } = config.encoder;
    this.kpsGenerator = new KeyPoints(init, config);
    this.outputProj = new Linear(init, channels, channels, { weight: "xavier" });
    this.cameraEncoder = linearReluNorm(init, {
      inputs: 12,
      channels,
      inner: 1,
      outer: 2,
      weight: "xavier",
    });
    const entries = config.neck.levels * this.kpsGenerator.count * groups;
    this.weightsFc = new Linear(init, channels, entries, { weight: "zero" });
    this.#config = config;
  }

  /** Features and anchors of G Gaussians to new features [G, channels], or twice as wide. */
  forward(
    { feature, anchor, embedding, bank, trace, names }: {
      readonly feature: Tensor;
      readonly anchor: Tensor;
      readonly embedding: Tensor;
      readonly bank: FeatureBank;
      readonly trace: Trace;
      /** What this layer and its block are called in a trace. */
      readonly names: { readonly layer: string; readonly block: string };
    },
  ): Tensor {
    const { features, levels, projection, imageSize } = bank;
    const { legacy, encoder } = this.#config;
    const points = this.kpsGenerator.forward(feature, anchor);
    const { location, visible } = projectPoints(points, projection, imageSize);
    // The logits are linear in feature + embedding + camera embedding: one product for each
    // Gaussian and one for each camera instead of one for each pair of them.
    const cameras = projection.shape[0]!;
    const matrices = slice(projection.alias([cameras, 16]), 1, 0, 12);
    const cameraEmbedding = runLayers(this.cameraEncoder, matrices);
    const { weight, bias } = this.weightsFc;
    const sampled = deformableAggregation({
      features,
      location,
      visible,
      perGaussian: linear(add(feature, embedding), weight.value, bias.value),
      perCamera: linear(cameraEmbedding, weight.value),
    }, {
      levels,
      wholeSoftmax: legacy,
      groups: encoder.groups,
      dropout: this.training ? encoder.attentionDropout : 0,
    });
    trace(`${names.block}.key_points`, points);
    trace(`${names.block}.visible`, visible);
    trace(`${names.layer}.camera_embed`, cameraEmbedding);
    trace(`${names.layer}.sampled`, sampled);
    const y = this.outputProj.forward(sampled);
    if (encoder.residual === "none") return y;
    return encoder.residual === "cat" ? concat([y, feature], 1) : add(y, feature);
  }
}
