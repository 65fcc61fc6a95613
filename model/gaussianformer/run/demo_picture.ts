import { encodePng } from "../../../data/pictures/png/png.ts";
import { birdsEye } from "../../../data/nuscenes/pictures.ts";
import { beside, contactSheet } from "../../../data/pictures/sheet.ts";
import type { Sample } from "../../../data/occupancy/sample.ts";
import { type GaussianFormerConfig, gridDims } from "../config/config.ts";

/** Cameras left and right of the car, from front to back, as one would look around. */
export const AROUND = [2, 0, 1, 4, 3, 5];

/** A PNG with the six pictures, the labels and the prediction of a key frame, both seen from above. */
export function demoPicture(
  sample: Sample,
  prediction: ArrayLike<number>,
  { image: { width, height }, occupancy }: GaussianFormerConfig,
): Uint8Array {
  const pixels = 3 * width * height;
  const around = new Uint8Array(AROUND.length * pixels);
  AROUND.forEach((camera, place) =>
    around.set(sample.images.subarray(camera * pixels, (camera + 1) * pixels), place * pixels)
  );
  const cameras = contactSheet(around, [AROUND.length, height, width], 3);
  const dims = gridDims(occupancy);
  const scale = Math.max(1, Math.floor(cameras.height / dims[1]));
  return encodePng(
    beside([cameras, birdsEye(sample.labels, dims, scale), birdsEye(prediction, dims, scale)]),
  );
}
