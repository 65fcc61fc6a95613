import type { RasterCamera } from "../../gpu/ops/gaussian/rasterize/camera.ts";

/** A pinhole camera from which voxels are drawn. */
export interface RenderView {
  /** Width and height of the picture in pixels. */
  readonly size: readonly [number, number];
  /** Focal lengths in pixels. */
  readonly focal: readonly [number, number];
  /** Where it looks straight ahead, in pixels whose centres lie at halves. */
  readonly centre: readonly [number, number];
  /** Frame of the grid to that of the camera (x right, y down, z ahead), row-major [4, 4], for columns. */
  readonly gridToCamera: ArrayLike<number>;
  /** Whether only voxels count whose centres lie in the picture, half a pixel from its edge or more. */
  readonly withinPicture: boolean;
}

/** The view of GaussRender from a height in metres straight down: x to the right, y up, square. */
export function viewFromAbove(
  height: number,
  { size, focal, centre }: {
    readonly size: number;
    readonly focal: number;
    readonly centre: readonly [number, number];
  },
): RenderView {
  return {
    size: [size, size],
    focal: [focal, focal],
    centre,
    gridToCamera: [1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, height, 0, 0, 0, 1],
    withinPicture: false,
  };
}

/** Depths ahead of a view of the centres [voxels, 3], and 1 for each that counts in it. */
export function seenFrom(
  { size, focal, centre, gridToCamera: m, withinPicture }: RenderView,
  centres: ArrayLike<number>,
): { readonly depths: Float32Array; readonly counts: Uint8Array } {
  const voxels = centres.length / 3;
  const depths = new Float32Array(voxels);
  const counts = new Uint8Array(voxels);
  for (let i = 0; i < voxels; i++) {
    const [x, y, z] = [0, 1, 2].map((r) =>
      m[4 * r]! * centres[3 * i]! + m[4 * r + 1]! * centres[3 * i + 1]! +
      m[4 * r + 2]! * centres[3 * i + 2]! + m[4 * r + 3]!
    ) as [number, number, number];
    depths[i] = z;
    const [u, v] = [focal[0] * x / z + centre[0], focal[1] * y / z + centre[1]];
    const within = z > 0 && u > 0.5 && u < size[0] - 0.5 && v > 0.5 && v < size[1] - 0.5;
    counts[i] = Number(!withinPicture || within);
  }
  return { depths, counts };
}

/** The view as the rasteriser takes it; the point straight ahead is in its projection alone, as in 3DGS. */
export function rasterCamera({ size, focal, centre, gridToCamera: m }: RenderView): RasterCamera {
  const [width, height] = size;
  const view = Array.from({ length: 16 }, (_, i) => m[4 * (i % 4) + Math.floor(i / 4)]!);
  const along = [2 * focal[0] / width, 2 * focal[1] / height] as const;
  const ahead = [2 * centre[0] / width - 1, 2 * centre[1] / height - 1] as const;
  const projection = Array.from({ length: 4 }, (_, i) => {
    const [x, y, z] = [view[4 * i]!, view[4 * i + 1]!, view[4 * i + 2]!];
    return [along[0] * x + ahead[0] * z, along[1] * y + ahead[1] * z, z, z];
  }).flat();
  const position = [0, 1, 2].map((k) =>
    -[0, 1, 2].reduce((sum, r) => sum + m[4 * r + k]! * m[4 * r + 3]!, 0)
  );
  return { width, height, tangents: [1 / along[0], 1 / along[1]], view, projection, position };
}
