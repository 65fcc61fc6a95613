import { Kernel } from "../../kernel.ts";
import { checkShapes } from "../../shape.ts";
import { record } from "../../tape.ts";
import { Tensor } from "../../tensor.ts";
import { quaternionSnippet } from "../../wgsl/quaternion.ts";
import source from "./rotation.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/gaussian/rotation.wgsl", source, {
  include: [quaternionSnippet],
});

/**
 * Rotation matrices [..., 3, 3] of quaternions [..., 4] (w, x, y, z; of any length): v to q v q*. The
 * zero quaternion gives the zero matrix.
 */
export function rotationMatrix(quaternions: Tensor): Tensor {
  const { leading: count } = checkShapes("rotationMatrix", {
    quaternions: [quaternions, "...", 4],
  });
  const { gpu } = quaternions;
  const y = Tensor.empty(gpu, [...quaternions.shape.slice(0, -1), 3, 3]);
  const work = { threads: count };
  kernel.dispatch(gpu, { quaternions, dmatrices: quaternions, y }, { count }, work, {
    BACKWARD: 0,
  });
  return record("rotationMatrix", [quaternions], y, (dmatrices) => {
    const dquaternions = Tensor.empty(gpu, quaternions.shape);
    kernel.dispatch(gpu, { quaternions, dmatrices, y: dquaternions }, { count }, work, {
      BACKWARD: 1,
    });
    return [dquaternions];
  });
}
