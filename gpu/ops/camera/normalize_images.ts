import { Kernel } from "../../kernel.ts";
import { checkShapes } from "../../shape.ts";
import { Tensor } from "../../tensor.ts";
import source from "./normalize_images.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/camera/normalize_images.wgsl", source);

/** Mean and deviation of ImageNet's RGB bytes, which the reference's backbones were trained on. */
export const IMAGENET = {
  mean: [123.675, 116.28, 103.53],
  deviation: [58.395, 57.12, 57.375],
} as const;

/** RGB bytes [images, height, width, 3] to normalised planes f32 [images, 3, height, width]. */
export function normalizeImages(
  x: Tensor,
  { mean, deviation }: { mean: readonly number[]; deviation: readonly number[] } = IMAGENET,
): Tensor {
  const { images, height, width } = checkShapes("normalizeImages", {
    x: [x, "images", "height", "width", 3],
  }) as { images: number; height: number; width: number };
  const y = Tensor.empty(x.gpu, [images, 3, height, width]);
  const pixels = height * width;
  const count = images * pixels;
  kernel.dispatch(x.gpu, { x, y }, { mean, deviation, pixels, count }, { threads: count });
  return y;
}
