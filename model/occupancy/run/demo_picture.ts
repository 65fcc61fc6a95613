import { encodePng } from "../../../data/pictures/png/png.ts";
import { birdsEye } from "../../../data/drawing/birds_eye.ts";
import { beside, contactSheet } from "../../../data/pictures/sheet.ts";
import type { Sample } from "../../../data/occupancy/sample.ts";
import { gridDims, type ModelConfig } from "../config/model_config.ts";
import { drawnConfig, drawnPrediction, drawnSample } from "../view/drawn_frame.ts";

/** A PNG with the pictures, the labels and the prediction of a key frame, both seen from above. */
export function demoPicture(
  sample: Sample,
  prediction: ArrayLike<number>,
  config: ModelConfig,
): Uint8Array {
  const { image: { width, height }, occupancy, task } = drawnConfig(config);
  const pixels = 3 * width * height;
  const order = task.around.flat();
  const around = new Uint8Array(order.length * pixels);
  order.forEach((camera, place) =>
    around.set(sample.images.subarray(camera * pixels, (camera + 1) * pixels), place * pixels)
  );
  const cameras = contactSheet(around, [order.length, height, width], task.around[0]!.length);
  const dims = gridDims(occupancy);
  const scale = Math.max(1, Math.floor(cameras.height / dims[1]));
  return encodePng(
    beside([
      cameras,
      birdsEye(drawnSample(sample).labels, dims, task, scale),
      birdsEye(drawnPrediction(prediction, config), dims, task, scale),
    ]),
  );
}
