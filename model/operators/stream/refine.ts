import { backwardAll, variable } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { Initializer } from "../../init.ts";
import { ResidualRefine } from "../../occupancy/gaussianworld/network/refine.ts";
import { rangeOf } from "../geom/ranges.ts";
import { floats } from "../metrics/host_values.ts";
import {
  type ArraySpec,
  download,
  fewNumbers,
  type HostArray,
  type Operator,
  upload,
} from "../operator.ts";

const PARAMETERS: Record<string, ArraySpec["axes"]> = {
  "0.weight": ["channels", "doubled"],
  "0.bias": ["channels"],
  "2.weight": ["channels", "channels"],
  "2.bias": ["channels"],
  "4.weight": ["channels"],
  "4.bias": ["channels"],
  "5.weight": ["channels", "channels"],
  "5.bias": ["channels"],
  "7.weight": ["channels", "channels"],
  "7.bias": ["channels"],
  "9.weight": ["channels"],
  "9.bias": ["channels"],
  "10.weight": ["width", "channels"],
  "10.bias": ["width"],
  "11.scale": ["width"],
};

/** GaussianWorld's refinement of anchors, its MLP included. */
export const refine: Operator = {
  name: "refine",
  summary: "residual refinement of anchors with history rows, and the gradients of its MLP",
  inputs: {
    feature: { axes: [1, "gaussians", "channels"] },
    anchor: { axes: [1, "gaussians", "width"] },
    anchor_embed: { axes: [1, "gaussians", "channels"] },
    grad_output: { axes: [1, "gaussians", "width"], optional: true },
    fill_num: { axes: [1], integer: true },
    refine_temporal_semantic: { axes: [1], integer: true },
    temporal_scale: { axes: [1] },
    dynamic_scale: { axes: [1] },
    pc_range: { axes: [6] },
    unit_xyz: { axes: [3] },
    ...Object.fromEntries(
      Object.entries(PARAMETERS).map(([key, axes]) => [`param_output_layers.${key}`, { axes }]),
    ),
  },
  async run(gpu, inputs) {
    const [, gaussians, width] = inputs.anchor!.shape as [number, number, number];
    const channels = inputs.feature!.shape[2]!;
    const rows = ({ shape, data }: HostArray) => upload(gpu, { shape: shape.slice(1), data });
    const [feature, anchor, embedding] = ["feature", "anchor", "anchor_embed"].map((key) =>
      variable(rows(inputs[key]!))
    ) as [Tensor, Tensor, Tensor];
    const layer = new ResidualRefine(
      new Initializer(gpu, 0),
      { embedDims: channels, recompute: false },
      width,
    );
    layer.load(Object.fromEntries(
      [...layer.namedParameters()].map(([key]) => [key, inputs[`param_${key}`]!]),
    ));
    const filled = inputs.fill_num!.data[0]!;
    const history = filled < 0 ? 0 : gaussians - filled;
    const mode = inputs.refine_temporal_semantic!.data[0] ? "full" : "motion";
    const [x, y, z] = fewNumbers(inputs.unit_xyz!) as [number, number, number];
    const refined = layer.forward({ feature, embedding, anchor }, {
      range: rangeOf(inputs.pc_range!),
      unit: [x, y, z],
      history: filled < 0 ? null : { rows: Tensor.from(gpu, Uint32Array.of(history), [1]), mode },
      temporalScale: inputs.temporal_scale!.data[0]!,
      dynamicScale: inputs.dynamic_scale!.data[0]!,
      // The head does not read the last column; barriers, cones and all that drives or walks move.
      classes: width - 12,
      moving: 11,
    });
    for (const tensor of [refined.anchor, refined.raw]) tensor.retain();
    const weights = await refined.weights.read("f32");
    const results: Record<string, HostArray> = {
      mlp_output: await download(refined.raw, [1, gaussians, width]),
      motion_weight: floats(weights.subarray(0, history)),
      output: await download(refined.anchor, [1, gaussians, width]),
    };
    if (inputs.grad_output) {
      backwardAll([refined.anchor], [rows(inputs.grad_output)]);
      const like = (tensor: Tensor) =>
        download(tensor.gradient ?? Tensor.zeros(gpu, tensor.shape), [1, ...tensor.shape]);
      results.grad_feature = await like(feature);
      results.grad_anchor = await like(anchor);
      results.grad_anchor_embed = await like(embedding);
      for (const [key, parameter] of layer.namedParameters()) {
        results[`grad_${key}`] = await download(parameter.gradient!);
      }
    }
    for (const [, parameter] of layer.namedParameters()) parameter.release();
    return results;
  },
};
