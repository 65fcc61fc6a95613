import { normalizeImages } from "../../../gpu/ops/camera/pictures/normalize_images.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { ImageConfig } from "../config/model_config.ts";
import type { CameraBatch } from "./occupancy_network.ts";

/** The network's pictures f32 [cameras, 3, height, width]; those that are normalised stay as they are. */
export function networkImages(
  { images, distortion = null }: Pick<CameraBatch, "images" | "distortion">,
  { mean, deviation, channels }: ImageConfig,
): Tensor {
  if (images.dtype !== "u8") return images;
  return normalizeImages(images, { mean, deviation, distortion, bgr: channels === "bgr" });
}
