import { Kernel } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { recordAll } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import forwardSource from "./project_points.wgsl" with { type: "text" };
import backwardSource from "./project_points_backward.wgsl" with { type: "text" };

const forward = new Kernel("gpu/ops/camera/rays/project_points.wgsl", forwardSource);
const backward = new Kernel("gpu/ops/camera/rays/project_points_backward.wgsl", backwardSource);

/**
 * Projects world points [..., 3] (m) into every camera: projection [cameras, 4, 4] (world to pixels),
 * imageSize [cameras, 2] (width, height). Returns `location` [..., cameras, 2], fractions (u, v) of
 * the picture clamped to ±1e9, and `visible` [..., cameras] u32: depth above 1e-5 and strictly inside
 * the picture. Only the points get a gradient.
 */
export function projectPoints(
  points: Tensor,
  projection: Tensor,
  imageSize: Tensor,
): { location: Tensor; visible: Tensor } {
  const { leading, cameras } = checkShapes("projectPoints", {
    points: [points, "...", 3],
    projection: [projection, "cameras", 4, 4],
    imageSize: [imageSize, "cameras", 2],
  });
  const { gpu } = points;
  const shape = points.shape.slice(0, -1);
  const location = Tensor.empty(gpu, [...shape, cameras, 2]);
  const visible = Tensor.empty(gpu, [...shape, cameras], "u32");
  const sizes = { points: leading, cameras };
  forward.dispatch(
    gpu,
    { points, projection, image_size: imageSize, location, visible },
    sizes,
    { threads: leading * cameras },
  );
  recordAll("projectPoints", [points], [location, visible], ([dlocation]) => {
    if (!dlocation) return [null];
    const dpoints = Tensor.empty(gpu, points.shape);
    backward.dispatch(
      gpu,
      { points, projection, image_size: imageSize, dlocation, dpoints },
      sizes,
      { threads: leading },
    );
    return [dpoints];
  });
  return { location, visible };
}
