import { projectPoints } from "../../../gpu/ops/camera/rays/project_points.ts";
import { backward, variable } from "../../../gpu/tape.ts";
import { download, type HostArray, type Operator, upload } from "../operator.ts";
import { integers, permuted } from "./axes.ts";

/** Projection of key points into the cameras. */
export const projection: Operator = {
  name: "geom",
  summary: "projection of key points into cameras",
  inputs: {
    key_points: { axes: [1, "gaussians", "points", 3] },
    projection_mat: { axes: [1, "cameras", 4, 4] },
    image_wh: { axes: [1, "cameras", 2] },
    grad_out: { axes: [1, "cameras", "gaussians", "points", 2], optional: true },
    // What the projections were made of.
    cam2img: { axes: ["cameras", 3, 3], optional: true },
    lidar2cam: { axes: ["cameras", 4, 4], optional: true },
    ida_mat: { axes: [4, 4], optional: true },
  },
  async run(gpu, inputs) {
    const { key_points, projection_mat, image_wh, grad_out } = inputs as Record<string, HostArray>;
    const points = variable(upload(gpu, { ...key_points!, shape: key_points!.shape.slice(1) }));
    const { location, visible } = projectPoints(
      points,
      upload(gpu, { ...projection_mat!, shape: projection_mat!.shape.slice(1) }),
      upload(gpu, { ...image_wh!, shape: image_wh!.shape.slice(1) }),
    );
    const batched = (array: HostArray) => ({ ...array, shape: [1, ...array.shape] });
    const results = {
      points_2d: batched(permuted(await download(location.retain()), [2, 0, 1, 3])),
      mask: batched(integers(permuted(await download(visible.retain()), [2, 0, 1]))),
    };
    if (!grad_out) return results;
    backward(
      location,
      upload(gpu, { ...permuted(grad_out, [2, 3, 1, 0, 4]), shape: location.shape }),
    );
    return {
      ...results,
      grad_key_points: await download(points.gradient!, key_points!.shape),
    };
  },
};
