import { deformAggregate } from "../../gpu/ops/camera/aggregate/deform_aggregate.ts";
import { backward, variable } from "../../gpu/tape.ts";
import { levelsOf } from "./feature_levels.ts";
import { checkInputs, download, type Operator, upload } from "./operator.ts";

/** Deformable aggregation with given weights. */
export const deformagg: Operator = {
  name: "deformagg",
  summary: "weighted sum of bilinear samples over cameras and feature levels",
  inputs: {
    feat: { axes: ["batch", "cameras", "pixels", "channels"] },
    spatial_shape: { axes: ["levels", 2], integer: true },
    scale_start_index: { axes: ["levels"], integer: true },
    location: { axes: ["batch", "points", "cameras", 2] },
    weights: { axes: ["batch", "points", "cameras", "levels", "groups"] },
    grad_output: { axes: ["batch", "points", "channels"], optional: true },
  },
  async run(gpu, inputs) {
    checkInputs(deformagg, inputs);
    using _scope = gpu.scope();
    const features = variable(upload(gpu, inputs.feat!));
    const location = variable(upload(gpu, inputs.location!));
    const weights = variable(upload(gpu, inputs.weights!));
    const levels = levelsOf("deformagg", inputs);
    const output = deformAggregate(features, location, weights, { levels }).retain();
    const results = { output: await download(output) };
    if (!inputs.grad_output) return results;
    backward(output, upload(gpu, inputs.grad_output));
    return {
      ...results,
      grad_feat: await download(features.gradient!),
      grad_location: await download(location.gradient!),
      grad_weights: await download(weights.gradient!),
    };
  },
};
