import { Kernel } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { Tensor } from "../../../tensor.ts";
import { rayPointSnippet, type Rays } from "./ray_points.ts";
import source from "./ray_targets.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/camera/rays/ray_targets.wgsl", source, {
  include: [rayPointSnippet],
});

/** A grid of labels: voxel (x, y, z) is number (x * size[1] + y) * size[2] + z. */
export interface LabelGrid {
  readonly size: readonly [number, number, number];
  /** Lowest corner, metres. */
  readonly origin: readonly [number, number, number];
  readonly cell: number;
}

/**
 * Which depth bins of each ray are occupied: f32 [cameras, height, width, bins + 1], 1 where a bin's
 * point lies in a voxel whose label u32 [voxels] is one of `solid`, and in the last bin where no other
 * is.
 */
export function rayTargets(
  labels: Tensor,
  { projection, imageSize, map, depths }: Rays,
  { size, origin, cell, solid }: LabelGrid & { readonly solid: readonly number[] },
): Tensor {
  const { cameras, bins } = checkShapes("rayTargets", {
    labels: [labels, size[0] * size[1] * size[2]],
    projection: [projection, "cameras", 4, 4],
    imageSize: [imageSize, "cameras", 2],
    depths: [depths, "bins"],
  });
  const { gpu } = labels;
  const targets = Tensor.empty(gpu, [cameras, ...map, bins + 1]);
  using _ = gpu.scope();
  const isSolid = new Uint32Array(Math.max(...solid, 0) + 1);
  for (const label of solid) isSolid[label] = 1;
  const rays = cameras * map[0] * map[1];
  kernel.dispatch(
    gpu,
    {
      labels,
      projection,
      image_size: imageSize,
      depths,
      solid: Tensor.from(gpu, isSolid),
      targets,
    },
    { rays, bins, map, labels_known: isSolid.length, cell, low: origin, size },
    { threads: rays },
  );
  return targets;
}
