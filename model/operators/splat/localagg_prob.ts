import { splatVoxelsProb } from "../../../gpu/ops/gaussian/splat/splat_voxels_prob.ts";
import { backwardAll, variable } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { addRootGradient, rootDeterminants } from "./determinant.ts";
import {
  boxesOf,
  boxOutputs,
  gradientOutputs,
  gridOf,
  placesOf,
  SPLAT_ARRAYS,
} from "./localagg_arrays.ts";
import { type ArraySpec, checkInputs, download, type Operator, upload } from "../operator.ts";

/** Probabilistic splat of Gaussians into voxels (GaussianFormer-2), one radius for all axes. */
export const localaggProb: Operator = probabilistic(
  "localagg_prob",
  "probabilistic splat of Gaussians into voxels, each within its cube",
  { axes: ["gaussians"], integer: true },
);

/** The same with a radius for each axis. */
export const localaggProbFast: Operator = probabilistic(
  "localagg_prob_fast",
  "probabilistic splat of Gaussians into voxels, each within its box",
  { axes: ["gaussians", 3], integer: true },
);

function probabilistic(name: string, summary: string, radii: ArraySpec): Operator {
  const operator: Operator = {
    name,
    summary,
    inputs: {
      ...SPLAT_ARRAYS,
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
      const splat = splatVoxelsProb(
        { means, inverseCovariance, density, opacities, semantics, boxes },
        // The last channel is that of free space, which no Gaussian has.
        { ...placesOf(gpu, inputs), classes: inputs.semantics!.shape[1]! - 1 },
      );
      const parts = {
        logits: splat.semantics,
        bin_logits: splat.occupancy,
        density: splat.density,
      };
      for (const part of [...Object.values(parts), splat.probability]) part.retain();
      const results = {
        ...outputs,
        logits: await download(splat.semantics),
        bin_logits: await download(splat.occupancy),
        density: await download(splat.density),
        probability: await download(splat.probability),
      };
      const given = Object.entries(parts).filter(([key]) => inputs[`${key}_grad`]);
      if (!given.length) return results;
      backwardAll(
        given.map(([, part]) => part),
        given.map(([key]) => upload(gpu, inputs[`${key}_grad`]!)),
      );
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
