import {
  CAMERA_MODELS,
  type CameraLens,
  type CameraModelName,
} from "../../../data/cameras/models.ts";
import { type Arrays, type ArraySpec, fewNumbers } from "../operator.ts";

/** What the operators that project Gaussians through a lens are given. */
export const LENS_INPUTS: Readonly<Record<string, ArraySpec>> = {
  means: { axes: ["gaussians", 3] },
  quats: { axes: ["gaussians", 4] },
  scales: { axes: ["gaussians", 3] },
  opacities: { axes: ["gaussians"] },
  viewmat: { axes: [4, 4] },
  K: { axes: [4] },
  dist: { axes: ["coefficients"] },
  image_wh: { axes: [2], integer: true },
  near_far: { axes: [2] },
  eps2d: { axes: [1] },
  jac_limits: { axes: [4], optional: true },
  max_angle: { axes: [1], optional: true },
  v_means2d: { axes: ["gaussians", 2], optional: true },
  v_depths: { axes: ["gaussians"], optional: true },
  v_conics: { axes: ["gaussians", 3], optional: true },
  v_compensations: { axes: ["gaussians"], optional: true },
};

/**
 * The lens of an operator's arrays. Files do not name its model, their numbers tell it: 12 of distortion are
 * OpenCV's, 8 a thin prism fisheye's, 4 a fisheye's; else no focal length is an equirectangular picture,
 * limits of the Jacobian are a pinhole camera's, and none an orthographic one's.
 */
export function lensOf(operator: string, arrays: Arrays): CameraLens {
  const [width, height] = fewNumbers(arrays.image_wh!) as [number, number];
  const intrinsics = fewNumbers(arrays.K!) as [number, number, number, number];
  const distortion = fewNumbers(arrays.dist!);
  const limits = arrays.jac_limits ? fewNumbers(arrays.jac_limits) : [];
  const model = (Object.keys(CAMERA_MODELS) as CameraModelName[])
    .find((name) => {
      const { length } = CAMERA_MODELS[name].coefficients;
      return length > 0 && length === distortion.length;
    }) ?? undistorted(intrinsics, limits);
  if (distortion.length !== CAMERA_MODELS[model].coefficients.length && distortion.some(Boolean)) {
    throw new RangeError(
      `Cannot run ${operator}: "dist" has ${distortion.length} numbers, 4 are those of a fisheye, 8 of a ` +
        "thin prism fisheye, 12 of OpenCV's model",
    );
  }
  return { model, width, height, intrinsics, distortion };
}

function undistorted(
  intrinsics: readonly number[],
  limits: readonly number[],
): "equirect" | "pinhole" | "ortho" {
  if (intrinsics.every((value) => value === 0)) return "equirect";
  return limits.some((value) => value !== 0) ? "pinhole" : "ortho";
}
