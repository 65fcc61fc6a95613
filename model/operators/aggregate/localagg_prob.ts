import { aggregateVoxelsProb } from "../../../gpu/ops/gaussian/aggregate/aggregate_voxels_prob.ts";
import { variable } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { addRootGradient, rootDeterminants } from "./determinant.ts";
import {
  AGGREGATION_ARRAYS,
  boxesOf,
  boxOutputs,
  gradientOutputs,
  gridOf,
  placesOf,
} from "./localagg_arrays.ts";
import { classesIn, mixtureOutputs } from "./mixture.ts";
import { type ArraySpec, checkInputs, download, type Operator, upload } from "../operator.ts";

/** Probabilistic aggregation of Gaussians into voxels (GaussianFormer-2), one radius for all axes. */
export const localaggProb: Operator = probabilistic(
  "localagg_prob",
  "probabilistic aggregation of Gaussians into voxels, each within its cube",
  { axes: ["gaussians"], integer: true },
);

/** The same with a radius for each axis. */
export const localaggProbFast: Operator = probabilistic(
  "localagg_prob_fast",
  "probabilistic aggregation of Gaussians into voxels, each within its box",
  { axes: ["gaussians", 3], integer: true },
);

function probabilistic(name: string, summary: string, radii: ArraySpec): Operator {
  const operator: Operator = {
    name,
    summary,
    inputs: {
      ...AGGREGATION_ARRAYS,
      radii,
      logits_grad: { axes: ["points", "channels"], optional: true },
      bin_logits_grad: { axes: ["points"], optional: true },
      density_grad: { axes: ["points"], optional: true },
    },
    async run(gpu, inputs) {
      checkInputs(operator, inputs);
      using _scope = gpu.scope();
      const { boxes, outputs } = boxOutputs(
        gpu,
        boxesOf(inputs.means_int!, inputs.radii!, gridOf(inputs)),
      );
      const determinants = rootDeterminants(inputs.cov6!, inputs.scales);
      const means = variable(upload(gpu, inputs.means!));
      const inverseCovariance = variable(upload(gpu, inputs.cov6!));
      const density = variable(Tensor.from(gpu, determinants.roots));
      const opacities = variable(upload(gpu, inputs.opacities!));
      const semantics = variable(upload(gpu, inputs.semantics!));
      const aggregation = aggregateVoxelsProb(
        { means, inverseCovariance, density, opacities, semantics, boxes },
        { ...placesOf(gpu, inputs), classes: classesIn(inputs) },
      );
      const mixture = await mixtureOutputs(gpu, aggregation, inputs);
      const results = { ...outputs, ...mixture.outputs };
      if (!mixture.walked) return results;
      return {
        ...results,
        ...gradientOutputs({
          means: await download(means.gradient!),
          opacities: await download(opacities.gradient!),
          semantics: await download(semantics.gradient!),
          cov6: addRootGradient(
            await download(density.gradient!),
            await download(inverseCovariance.gradient!),
            determinants,
          ),
        }),
      };
    },
  };
  return operator;
}
