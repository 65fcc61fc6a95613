import { Kernel, type Snippet } from "../../../gpu/kernel.ts";
import { checkShapes } from "../../../gpu/shape.ts";
import { record } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import backwardSource from "./pose_correction_backward.wgsl" with { type: "text" };
import forwardSource from "./pose_correction.wgsl" with { type: "text" };
import stepSource from "./pose_step.wgsl" with { type: "text" };

const step: Snippet = { path: "model/splat/poses/pose_step.wgsl", source: stepSource };
const forward = new Kernel("model/splat/poses/pose_correction.wgsl", forwardSource, {
  include: [step],
});
const backward = new Kernel("model/splat/poses/pose_correction_backward.wgsl", backwardSource, {
  include: [step],
});

/** Poses after their corrections, [n, 4, 4] both. */
export interface CorrectedPoses {
  /** world_from_camera; not on the tape. */
  readonly poses: Tensor;
  /** camera_from_world, the inverse; on the tape. */
  readonly views: Tensor;
}

/**
 * Cameras moved a little, as gsplat's `CameraOptModule` does: poses world_from_camera [n, 4, 4] times a
 * step in the camera's own axes, from corrections [n, 9]: three numbers of a translation, and six that are
 * added to the first two rows of the identity and made orthonormal (Zhou et al. 2019). Zeros change nothing.
 */
export function correctPoses(poses: Tensor, corrections: Tensor): CorrectedPoses {
  const { count } = checkShapes("correctPoses", {
    poses: [poses, "count", 4, 4],
    corrections: [corrections, "count", 9],
  });
  const { gpu } = poses;
  const corrected = Tensor.empty(gpu, poses.shape);
  const views = Tensor.empty(gpu, poses.shape);
  forward.dispatch(
    gpu,
    { poses, corrections, corrected, views },
    { poses: count },
    { threads: count },
  );
  record("correctPoses", [poses, corrections], views, (dviews, needs) => {
    const dposes = Tensor.empty(gpu, poses.shape);
    const dcorrections = Tensor.empty(gpu, corrections.shape);
    backward.dispatch(
      gpu,
      { poses, corrections, dviews, dposes, dcorrections },
      { poses: count },
      { threads: count },
    );
    return [needs[0] ? dposes : null, needs[1] ? dcorrections : null];
  });
  return { poses: corrected, views };
}
