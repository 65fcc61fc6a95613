import { Kernel } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { recordAll } from "../../../tape.ts";
import { Tensor } from "../../../tensor.ts";
import backwardSource from "./choose_views_backward.wgsl" with { type: "text" };
import forwardSource from "./choose_views.wgsl" with { type: "text" };

const forward = new Kernel("gpu/ops/camera/views/choose_views.wgsl", forwardSource);
const backward = new Kernel("gpu/ops/camera/views/choose_views_backward.wgsl", backwardSource);

/** Where points are seen in several picture frames. */
export interface ChosenViews {
  /** [frames, points, 2]: fractions (u, v) of the picture, clamped to ±1e9. */
  readonly location: Tensor;
  /** u32 [frames, points]: the camera whose picture that is. */
  readonly view: Tensor;
}

/**
 * Projects points [points, 3] (m) into one camera of each picture frame: the first that sees them
 * (depth above 1e-5, strictly inside the picture), or camera 0, wherever that may be. projection
 * [frames, cameras, 4, 4] (world to pixels), imageSize [frames, cameras, 2] (width, height). Only the
 * points get a gradient, none through the choice.
 */
export function chooseViews(points: Tensor, projection: Tensor, imageSize: Tensor): ChosenViews {
  const { count, frames, cameras } = checkShapes("chooseViews", {
    points: [points, "count", 3],
    projection: [projection, "frames", "cameras", 4, 4],
    imageSize: [imageSize, "frames", "cameras", 2],
  });
  const { gpu } = points;
  const location = Tensor.empty(gpu, [frames, count, 2]);
  const view = Tensor.empty(gpu, [frames, count], "u32");
  const places = { points, projection, image_size: imageSize, view };
  const sizes = { points: count, frames, cameras };
  forward.dispatch(gpu, { ...places, location }, sizes, { threads: frames * count });
  recordAll("chooseViews", [points], [location, view], ([dlocation]) => {
    if (!dlocation) return [null];
    const dpoints = Tensor.empty(gpu, points.shape);
    backward.dispatch(gpu, { ...places, dlocation, dpoints }, sizes, { threads: count });
    return [dpoints];
  });
  return { location, view };
}
