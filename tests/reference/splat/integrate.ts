import type { RasterCamera } from "../../../gpu/ops/gaussian/rasterize/camera.ts";

/** Adds a view to sums of distances [n, 2] and colours [n, 4] of a grid, voxel by voxel. */
export function integrateView(
  sums: { readonly distances: Float64Array; readonly colours: Float64Array },
  { dims, origin, voxelSize, truncation }: {
    readonly dims: readonly number[];
    readonly origin: readonly number[];
    readonly voxelSize: number;
    readonly truncation: number;
  },
  { image, inverseDepth, remaining, camera }: {
    readonly image: ArrayLike<number>;
    readonly inverseDepth: ArrayLike<number>;
    readonly remaining: ArrayLike<number>;
    readonly camera: RasterCamera;
  },
): void {
  const { width, height, tangents, view } = camera;
  for (let i = 0; i < dims[0]! * dims[1]! * dims[2]!; i++) {
    const cell = [
      i % dims[0]!,
      Math.floor(i / dims[0]!) % dims[1]!,
      Math.floor(i / dims[0]! / dims[1]!),
    ];
    const p = cell.map((at, k) => origin[k]! + (at + 0.5) * voxelSize);
    const t = [0, 1, 2].map((k) =>
      p.reduce((sum, value, row) => sum + value * view[4 * row + k]!, view[12 + k]!)
    );
    if (t[2]! < 0.2) continue;
    const x = Math.floor((t[0]! / t[2]! / tangents[0] + 1) * width / 2);
    const y = Math.floor((t[1]! / t[2]! / tangents[1] + 1) * height / 2);
    if (x < 0 || y < 0 || x >= width || y >= height) continue;
    const at = y * width + x;
    const shown = 1 - remaining[at]!;
    let away = 1;
    if (shown >= 0.1) {
      if (shown < 0.5 || inverseDepth[at]! <= 0) continue;
      away = (shown / inverseDepth[at]! - t[2]!) / truncation;
      if (away < -1) continue;
    }
    sums.distances[2 * i]! += Math.min(away, 1);
    sums.distances[2 * i + 1]!++;
    if (away >= 1) continue;
    for (let c = 0; c < 3; c++) sums.colours[4 * i + c]! += image[c * width * height + at]! / shown;
    sums.colours[4 * i + 3]!++;
  }
}
