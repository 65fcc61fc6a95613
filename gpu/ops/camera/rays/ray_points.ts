import { Kernel, type Snippet } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { Tensor } from "../../../tensor.ts";
import pointSource from "./ray_point.wgsl" with { type: "text" };
import source from "./ray_points.wgsl" with { type: "text" };

/** `ray_point`: from a pixel and a depth to the world. */
export const rayPointSnippet: Snippet = {
  path: "gpu/ops/camera/rays/ray_point.wgsl",
  source: pointSource,
};

const kernel = new Kernel("gpu/ops/camera/rays/ray_points.wgsl", source, {
  include: [rayPointSnippet],
});

/** Rays through the middles of the pixels of a map that covers each camera's picture. */
export interface Rays {
  /** [cameras, 4, 4] world to pixels of the picture; the last row must be (0, 0, 0, 1). */
  readonly projection: Tensor;
  /** [cameras, 2] width and height of the picture, pixels. */
  readonly imageSize: Tensor;
  /** Height and width of the map. */
  readonly map: readonly [number, number];
  /** [bins] depth of each bin, metres. */
  readonly depths: Tensor;
}

/**
 * World points [rays * draws, 3] (m) of drawn depth bins (`sampleDepths`; a bin past the last means the
 * last), and u32 `inside` [rays * draws]: 1 where the ray is enabled and the point lies in the range.
 */
export function rayPoints(
  { index, enabled }: { readonly index: Tensor; readonly enabled: Tensor },
  { projection, imageSize, map, depths }: Rays,
  range: readonly number[],
): { points: Tensor; inside: Tensor } {
  const { cameras, rays, draws, bins } = checkShapes("rayPoints", {
    index: [index, "rays", "draws"],
    enabled: [enabled, "rays"],
    projection: [projection, "cameras", 4, 4],
    imageSize: [imageSize, "cameras", 2],
    depths: [depths, "bins"],
  });
  if (rays !== cameras * map[0] * map[1]) {
    throw new RangeError(
      `Cannot run rayPoints: ${rays} rays, ${cameras} cameras with maps of ${map[0]}x${
        map[1]
      } pixels have ${cameras * map[0] * map[1]}`,
    );
  }
  const { gpu } = index;
  const count = rays * draws;
  const points = Tensor.empty(gpu, [count, 3]);
  const inside = Tensor.empty(gpu, [count], "u32");
  kernel.dispatch(
    gpu,
    { index, enabled, projection, image_size: imageSize, depths, points, inside },
    { count, draws, bins, map, low: range.slice(0, 3), high: range.slice(3) },
    { threads: count },
  );
  return { points, inside };
}
