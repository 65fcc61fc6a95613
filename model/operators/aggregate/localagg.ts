import { aggregateVoxels } from "../../../gpu/ops/gaussian/aggregate/aggregate_voxels.ts";
import { backward, variable } from "../../../gpu/tape.ts";
import {
  AGGREGATION_ARRAYS,
  boxesOf,
  boxOutputs,
  gradientOutputs,
  gridOf,
  placesOf,
} from "./localagg_arrays.ts";
import { checkInputs, download, type Operator, upload } from "../operator.ts";

/** Additive aggregation of Gaussians into voxels (GaussianFormer). */
export const localagg: Operator = {
  name: "localagg",
  summary: "additive aggregation of Gaussians into voxels, each within its box",
  inputs: { ...AGGREGATION_ARRAYS, out_grad: { axes: ["points", "channels"], optional: true } },
  async run(gpu, inputs) {
    checkInputs(localagg, inputs);
    using _scope = gpu.scope();
    const { boxes, outputs } = boxOutputs(
      gpu,
      boxesOf(inputs.means_int!, inputs.radii!, gridOf(inputs)),
    );
    const means = variable(upload(gpu, inputs.means!));
    const inverseCovariance = variable(upload(gpu, inputs.cov6!));
    const opacities = variable(upload(gpu, inputs.opacities!));
    const semantics = variable(upload(gpu, inputs.semantics!));
    const logits = aggregateVoxels(
      { means, inverseCovariance, opacities, semantics, boxes },
      placesOf(gpu, inputs),
    ).retain();
    const results = { ...outputs, logits: await download(logits) };
    if (!inputs.out_grad) return results;
    backward(logits, upload(gpu, inputs.out_grad));
    return {
      ...results,
      ...gradientOutputs({
        means: await download(means.gradient!),
        opacities: await download(opacities.gradient!),
        semantics: await download(semantics.gradient!),
        cov6: await download(inverseCovariance.gradient!),
      }),
    };
  },
};
