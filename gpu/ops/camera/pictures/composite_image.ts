import { Kernel } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { Tensor } from "../../../tensor.ts";
import source from "./composite_image.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/camera/pictures/composite_image.wgsl", source);

const PLANES = { over: 0, stored: 1, alpha: 2 } as const;

/** RGBA bytes u8 [height, width, 4] over a colour: f32 [3, height, width] in [0, 1]. */
export function compositeImage(
  pixels: Tensor,
  background: readonly [number, number, number],
): Tensor {
  return planes("compositeImage", pixels, "over", background);
}

/** The colours of RGBA bytes u8 [height, width, 4] whatever their alpha: f32 [3, height, width]. */
export function storedColours(pixels: Tensor): Tensor {
  return planes("storedColours", pixels, "stored");
}

/** Alpha of RGBA bytes u8 [height, width, 4]: f32 [1, height, width] in [0, 1]. */
export function alphaPlane(pixels: Tensor): Tensor {
  return planes("alphaPlane", pixels, "alpha");
}

function planes(
  op: string,
  pixels: Tensor,
  kind: keyof typeof PLANES,
  background: readonly number[] = [0, 0, 0],
): Tensor {
  const { height, width } = checkShapes(op, {
    pixels: [pixels, "height", "width", 4],
  });
  if (pixels.dtype !== "u8") {
    throw new TypeError(`Cannot run ${op}: "pixels" must be u8, got ${pixels.dtype}`);
  }
  const count = height * width;
  const y = Tensor.empty(pixels.gpu, [kind === "alpha" ? 1 : 3, height, width]);
  kernel.dispatch(pixels.gpu, { pixels, y }, { background, count }, { threads: count }, {
    PLANES: PLANES[kind],
  });
  return y;
}
