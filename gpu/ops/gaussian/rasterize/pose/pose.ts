import { inRows } from "../../../../binding/rows.ts";
import { Kernel } from "../../../../kernel.ts";
import { accumulate, noGradient } from "../../../../tape.ts";
import { Tensor } from "../../../../tensor.ts";
import { reduceSnippet } from "../../../../wgsl/reduce.ts";
import { sum } from "../../../array/reduce/sum.ts";
import type { RasterCamera } from "../camera.ts";
import type { RasterInputs } from "../inputs.ts";
import { shapeConstants, shapeInputs } from "../project/project_gaussians.ts";
import gradientSource from "./pose_gradient.wgsl" with { type: "text" };
import rowsSource from "./pose_rows.wgsl" with { type: "text" };
import sumsSource from "./pose_sums.wgsl" with { type: "text" };

const toRows = new Kernel("gpu/ops/gaussian/rasterize/pose/pose_rows.wgsl", rowsSource);
const toSums = new Kernel("gpu/ops/gaussian/rasterize/pose/pose_sums.wgsl", sumsSource, {
  include: [reduceSnippet],
});
const toGradient = new Kernel(
  "gpu/ops/gaussian/rasterize/pose/pose_gradient.wgsl",
  gradientSource,
);

/** Workgroups that share the Gaussians. */
const MOST_GROUPS = 256;

/** A camera whose pose lies on the GPU, ready for the kernels; others as they are. */
export function withPoseRows(camera: RasterCamera): RasterCamera {
  const { pose, tangents, centre = [0, 0] } = camera;
  if (!pose) return camera;
  const rows = Tensor.empty(pose.gpu, [9, 4]);
  toRows.dispatch(pose.gpu, { pose, rows }, { tangents, centre }, { groups: 1 });
  return { ...camera, rows };
}

/** What is summed of gradients before those by directions are added to `dmeans`: [12]. */
export function poseSums(
  inputs: RasterInputs,
  { touched, dmeans, dcovariances, scaleModifier }: {
    readonly touched: Tensor;
    readonly dmeans: Tensor;
    readonly dcovariances: Tensor;
    readonly scaleModifier: number;
  },
): Tensor {
  const { means } = inputs;
  const { gpu, rows: n } = means;
  const sums = Tensor.zeros(gpu, [12]);
  const tensors = { means, ...shapeInputs(inputs), touched, dmeans, dcovariances };
  inRows(n, tensors, (pieces, count) => {
    const groups = Math.max(1, Math.min(MOST_GROUPS, Math.ceil(count / 64)));
    const partials = Tensor.empty(gpu, [groups, 12]);
    toSums.dispatch(
      gpu,
      { ...pieces, partials },
      { count, threads: 64 * groups, scale_modifier: scaleModifier },
      { groups },
      shapeConstants(inputs),
    );
    noGradient(gpu, () => accumulate(sums, sum(partials, 0)));
  });
  return sums;
}

/** The gradient [4, 4] of a pose from these sums and all gradients of means. */
export function poseGradient(pose: Tensor, sums: Tensor, dmeans: Tensor): Tensor {
  const { gpu } = pose;
  const dpose = Tensor.empty(gpu, [4, 4]);
  const whole = noGradient(gpu, () => sum(dmeans, 0));
  toGradient.dispatch(gpu, { pose, sums, whole, dpose }, { unused: 0 }, { groups: 1 });
  return dpose;
}
