import { deformableAggregation } from "../../gpu/ops/camera/deformable/deformable_aggregation.ts";
import { projectPoints } from "../../gpu/ops/camera/rays/project_points.ts";
import { backward, variable } from "../../gpu/tape.ts";
import { keyPoints } from "../occupancy/anchor/key_points.ts";
import { levelsOf } from "./feature_levels.ts";
import { attentionWeights } from "./geom/attention.ts";
import { integers, permuted } from "./geom/axes.ts";
import { rangeOf, scalesOf } from "./geom/ranges.ts";
import { checkInputs, download, type HostArray, type Operator, upload } from "./operator.ts";

/** Deformable aggregation from anchors on: key points, projection, attention, sampling. */
export const dfaChain: Operator = {
  name: "dfa_chain",
  summary: "key points, their projection, and deformable aggregation with its softmax",
  inputs: {
    anchor: { axes: [1, "gaussians", "width"] },
    learn: { axes: [1, "gaussians", "learned", 3] },
    feat: { axes: [1, "cameras", "pixels", "channels"] },
    raw_weights: { axes: [1, "gaussians", "cameras", "levels", "points", "groups"] },
    spatial_shape: { axes: ["levels", 2], integer: true },
    scale_start_index: { axes: ["levels"], integer: true },
    projection_mat: { axes: [1, "cameras", 4, 4] },
    image_wh: { axes: [1, "cameras", 2] },
    fix_scale: { axes: ["fixed", 3] },
    pc_range: { axes: [6] },
    scale_range: { axes: [2] },
    learnable_fixed_scale: { axes: [1], optional: true },
    grad_output: { axes: [1, "gaussians", "channels"], optional: true },
  },
  async run(gpu, inputs) {
    const sizes = checkInputs(dfaChain, inputs);
    using _scope = gpu.scope();
    const single = (key: string) => {
      const { shape, data } = inputs[key]!;
      return upload(gpu, { shape: shape.slice(1), data });
    };
    const anchor = variable(single("anchor"));
    const learned = variable(single("learn"));
    const features = variable(single("feat"));
    const entries = sizes.levels! * sizes.points! * sizes.groups!;
    const perGaussian = variable(upload(gpu, {
      shape: [sizes.gaussians!, sizes.cameras!, entries],
      data: inputs.raw_weights!.data,
    }));
    const points = keyPoints(anchor, learned, upload(gpu, inputs.fix_scale!), {
      range: rangeOf(inputs.pc_range!),
      scales: scalesOf(inputs.scale_range!),
      factor: inputs.learnable_fixed_scale?.data[0] ?? 1,
    });
    const { location, visible } = projectPoints(
      points,
      single("projection_mat"),
      single("image_wh"),
    );
    const output = deformableAggregation({ features, location, visible, perGaussian }, {
      levels: levelsOf("dfa_chain", inputs),
      groups: sizes.groups!,
    }).retain();
    const shown = integers(permuted(await download(visible.retain()), [2, 0, 1]));
    const mask: HostArray = { ...shown, shape: [1, ...shown.shape] };
    const results = {
      output: await download(output, [1, ...output.shape]),
      mask,
      // The aggregation keeps none of its weights, so they are made once more.
      weights: (await attentionWeights(gpu, inputs.raw_weights!, mask)).weights,
    };
    if (!inputs.grad_output) return results;
    backward(output, single("grad_output"));
    return {
      ...results,
      grad_anchor: await download(anchor.gradient!, inputs.anchor!.shape),
      grad_learn: await download(learned.gradient!, inputs.learn!.shape),
      grad_feat: await download(features.gradient!, inputs.feat!.shape),
      grad_raw_weights: await download(perGaussian.gradient!, inputs.raw_weights!.shape),
    };
  },
};
