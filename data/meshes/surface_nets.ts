import type { Mesh } from "./mesh.ts";

/** Signed distances in the middles of voxels, positive outside. */
export interface DistanceGrid {
  /** Voxels along x, y and z; x is innermost. */
  readonly dims: readonly [number, number, number];
  /** Low corner. */
  readonly origin: readonly [number, number, number];
  /** Edge of a voxel. */
  readonly voxelSize: number;
  /** [z, y, x]; NaN where nothing is known. */
  readonly distances: Float32Array;
  /** [z, y, x, 3] red, green, blue. */
  readonly colours: Uint8Array;
}

/** Corners of a cell as steps along x, y, z, and the edges between them. */
const CORNERS = Array.from({ length: 8 }, (_, i) => [i & 1, (i >> 1) & 1, i >> 2] as const);
const EDGES = [0, 1, 2].flatMap((axis) =>
  CORNERS.flatMap((corner, i) => corner[axis] ? [] : [[i, i | (1 << axis)] as const])
);

/**
 * The surface where distances change their sign, as naive surface nets (Gibson 1998): one vertex a cell that
 * it passes through, at the mean of its crossings, and two triangles for each crossed edge between cells.
 * Cells with a corner that nothing is known of have none.
 */
export function surfaceNets(grid: DistanceGrid): Mesh {
  const { dims: [nx, ny, nz], origin, voxelSize, distances, colours } = grid;
  const strides = [1, nx, nx * ny] as const;
  const offsets = CORNERS.map((corner) =>
    corner.reduce((sum, step, axis) => sum + step * strides[axis]!, 0)
  );
  const positions: number[] = [];
  const shades: number[] = [];
  const indices: number[] = [];
  // Vertices of the cells of this slice and of the one before.
  let [before, here] = [new Int32Array(nx * ny).fill(-1), new Int32Array(nx * ny).fill(-1)];
  const values = new Float64Array(8);
  for (let z = 0; z + 1 < nz; z++) {
    here.fill(-1);
    for (let y = 0; y + 1 < ny; y++) {
      for (let x = 0; x + 1 < nx; x++) {
        const at = x + nx * (y + ny * z);
        let inside = 0;
        let known = true;
        for (let k = 0; k < 8; k++) {
          const value = values[k] = distances[at + offsets[k]!]!;
          if (Number.isNaN(value)) known = false;
          if (value < 0) inside++;
        }
        if (!known || inside === 0 || inside === 8) continue;
        const sum = [0, 0, 0, 0, 0, 0];
        let crossings = 0;
        for (const [a, b] of EDGES) {
          const [low, high] = [values[a]!, values[b]!];
          if ((low < 0) === (high < 0)) continue;
          const share = low / (low - high);
          for (let k = 0; k < 3; k++) {
            sum[k]! += CORNERS[a]![k]! + share * (CORNERS[b]![k]! - CORNERS[a]![k]!);
            const colour = (corner: number) => colours[3 * (at + offsets[corner]!) + k]!;
            sum[3 + k]! += (1 - share) * colour(a) + share * colour(b);
          }
          crossings++;
        }
        here[x + nx * y] = positions.length / 3;
        [x, y, z].forEach((cell, k) =>
          positions.push(origin[k]! + voxelSize * (cell + 0.5 + sum[k]! / crossings))
        );
        for (let k = 0; k < 3; k++) shades.push(Math.round(sum[3 + k]! / crossings));
        joinCells(values, { x, y, nx, here, before }, indices);
      }
    }
    [before, here] = [here, before];
  }
  return {
    positions: Float32Array.from(positions),
    colours: Uint8Array.from(shades),
    indices: Uint32Array.from(indices),
  };
}

/** Two triangles for each of the three edges at a cell's first corner that the surface crosses. */
function joinCells(
  values: Float64Array,
  { x, y, nx, here, before }: {
    readonly x: number;
    readonly y: number;
    readonly nx: number;
    readonly here: Int32Array;
    readonly before: Int32Array;
  },
  indices: number[],
): void {
  const cell = (dx: number, dy: number, dz: number) =>
    x < dx || y < dy ? -1 : (dz ? before : here)[x - dx + nx * (y - dy)]!;
  const around = [
    [cell(0, 0, 0), cell(0, 1, 0), cell(0, 1, 1), cell(0, 0, 1)],
    [cell(0, 0, 0), cell(0, 0, 1), cell(1, 0, 1), cell(1, 0, 0)],
    [cell(0, 0, 0), cell(1, 0, 0), cell(1, 1, 0), cell(0, 1, 0)],
  ];
  around.forEach((quad, axis) => {
    const [low, high] = [values[0]!, values[1 << axis]!];
    if ((low < 0) === (high < 0) || quad.some((vertex) => vertex < 0)) return;
    const [a, b, c, d] = (low < 0 ? quad : quad.toReversed()) as [number, number, number, number];
    indices.push(a, b, c, a, c, d);
  });
}
