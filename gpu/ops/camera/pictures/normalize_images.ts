import { Kernel } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { Tensor } from "../../../tensor.ts";
import distortSource from "./distort_images.wgsl" with { type: "text" };
import source from "./normalize_images.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/camera/pictures/normalize_images.wgsl", source);
const distort = new Kernel("gpu/ops/camera/pictures/distort_images.wgsl", distortSource);

/** What `normalizeImages` can be told. */
export interface NormalizeOptions {
  /** Of each channel that comes out, in the units of a byte. */
  readonly mean: readonly number[];
  /** Of each channel. */
  readonly deviation: readonly number[];
  /**
   * Photometric distortion [images, 8], applied before: brightness added, contrast factor before and
   * after the way through HSV, saturation factor, hue added in degrees, source channel of red, green
   * and blue. Float and unclipped; the way through HSV is always taken.
   */
  readonly distortion?: Tensor | null;
  /** Whether blue comes out first. */
  readonly bgr?: boolean;
}

/** RGB bytes [images, height, width, 3] to normalised planes f32 [images, 3, height, width], red first. */
export function normalizeImages(
  x: Tensor,
  { mean, deviation, distortion, bgr = false }: NormalizeOptions,
): Tensor {
  const { images, height, width } = checkShapes("normalizeImages", {
    x: [x, "images", "height", "width", 3],
    ...(distortion ? { distortion: [distortion, "images", 8] as const } : {}),
  });
  const y = Tensor.empty(x.gpu, [images, 3, height, width]);
  const pixels = height * width;
  const count = images * pixels;
  const uniforms = { mean, deviation, pixels, count };
  const work = { threads: count };
  const constants = { BGR: Number(bgr) };
  if (distortion) distort.dispatch(x.gpu, { x, distortion, y }, uniforms, work, constants);
  else kernel.dispatch(x.gpu, { x, y }, uniforms, work, constants);
  return y;
}
