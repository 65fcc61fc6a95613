import { backward, variable } from "../../../gpu/tape.ts";
import { keyPoints } from "../../occupancy/anchor/key_points.ts";
import { type ArraySpec, download, type HostArray, type Operator, upload } from "../operator.ts";
import { rangeOf, scalesOf } from "./ranges.ts";

const VARIANTS = ["v1", "prob"] as const;

function variantInputs(variant: string): Record<string, ArraySpec> {
  return {
    [`${variant}_scale_range`]: { axes: [2], optional: true },
    [`${variant}_learnable_fixed_scale`]: { axes: [1], optional: true },
    [`${variant}_grad_out`]: { axes: ["batch", "gaussians", "points", 3], optional: true },
  };
}

/** Key points of anchors with the scales of either version. */
export const anchorKeyPoints: Operator = {
  name: "geom",
  summary: "key points of anchors",
  inputs: {
    anchor: { axes: ["batch", "gaussians", "width"] },
    learn: { axes: ["batch", "gaussians", "learned", 3] },
    fix_scale: { axes: ["fixed", 3] },
    pc_range: { axes: [6] },
    ...variantInputs("v1"),
    ...variantInputs("prob"),
  },
  async run(gpu, inputs) {
    const { anchor, learn, fix_scale } = inputs as Record<string, HostArray>;
    const [batch, gaussians, width] = anchor!.shape as [number, number, number];
    const rows = batch * gaussians;
    const points = fix_scale!.shape[0]! + learn!.shape[2]!;
    const outputs: Record<string, HostArray> = {};
    for (const variant of VARIANTS) {
      const scales = inputs[`${variant}_scale_range`];
      if (!scales) continue;
      const anchors = variable(upload(gpu, { ...anchor!, shape: [rows, width] }));
      const learned = variable(upload(gpu, { ...learn!, shape: [rows, learn!.shape[2]!, 3] }));
      const y = keyPoints(anchors, learned, upload(gpu, fix_scale!), {
        range: rangeOf(inputs.pc_range!),
        scales: scalesOf(scales),
        factor: inputs[`${variant}_learnable_fixed_scale`]?.data[0] ?? 1,
      }).retain();
      outputs[`${variant}_keypoints`] = await download(y, [batch, gaussians, points, 3]);
      const gradient = inputs[`${variant}_grad_out`];
      if (!gradient) continue;
      backward(y, upload(gpu, { ...gradient, shape: y.shape }));
      outputs[`${variant}_grad_anchor`] = await download(anchors.gradient!, anchor!.shape);
      outputs[`${variant}_grad_learn`] = await download(learned.gradient!, learn!.shape);
    }
    return outputs;
  },
};
