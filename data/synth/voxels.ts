import { CLASS, EMPTY, GRID } from "../nuscenes/classes.ts";
import type { LabelGrid } from "../occupancy/task.ts";
import { invertRigid, matrixFromPose, type Pose } from "../occupancy/rigid.ts";
import type { Scene } from "./scene.ts";
import { contains, footprintRadius, type Solid } from "./solids.ts";
import { groundClass, KERB_HEIGHT } from "./street.ts";

// Houses are hollow: behind walls of this thickness (metres) nothing is known and nothing is labelled.
const WALL = 1;
// A solid fills the voxels whose middle is at most this far outside it (metres): those that it cuts
// about a fifth of, as a surface full of lidar points would; thin things reach up to 0.25 m, so that a
// bicycle or a cone is never lost between two middles.
const OVERLAP = 0.15, REACH = 0.25;

/**
 * The exact labels of a scene on a grid around the lidar, or whatever else stands upright, x slowest,
 * empty where nothing is. A voxel belongs to what holds its middle or nearly does, the later solid winning;
 * the ground fills the voxels that its surface passes through.
 */
export function labelVoxels(
  scene: Scene,
  solids: readonly Solid[],
  streetFromGrid: Pose,
  grid: LabelGrid = GRID,
): Uint8Array {
  const [nx, ny, nz] = grid.dims;
  const dense = new Uint8Array(nx * ny * nz).fill(EMPTY);
  const to = matrixFromPose(streetFromGrid);
  const back = invertRigid(to);
  const houses = solids.filter(({ look }) => look === "facade");
  for (let i = 0; i < nx; i++) {
    for (let j = 0; j < ny; j++) {
      const lx = middle(grid, i, 0), ly = middle(grid, j, 1);
      const x = to[0]! * lx + to[1]! * ly + to[3]!;
      const y = to[4]! * lx + to[5]! * ly + to[7]!;
      const label = groundClass(scene.street, x, y);
      const height = label === CLASS.driveable_surface ? 0 : KERB_HEIGHT;
      if (houses.some((house) => contains(house, [x, y, 1]))) continue;
      const k = Math.floor((height - to[11]! - grid.min[2]) / grid.voxel);
      if (k >= 0 && k < nz) dense[(i * ny + j) * nz + k] = label;
    }
  }
  for (const solid of solids) labelSolid(dense, solid, { to, back, grid });
  return dense;
}

function labelSolid(
  dense: Uint8Array,
  solid: Solid,
  { to, back, grid }: { to: Float64Array; back: Float64Array; grid: LabelGrid },
): void {
  const [, ny, nz] = grid.dims;
  const reach = footprintRadius(solid) + REACH;
  const cx = back[0]! * solid.x + back[1]! * solid.y + back[3]!;
  const cy = back[4]! * solid.x + back[5]! * solid.y + back[7]!;
  const house = solid.look === "facade";
  const core = { ...solid, half: [solid.half[0] - WALL, solid.half[1] - WALL] as const };
  const margin = Math.max(OVERLAP, REACH - Math.min(...solid.half) / 2);
  const [i0, i1] = span(grid, cx - reach, cx + reach, 0);
  const [j0, j1] = span(grid, cy - reach, cy + reach, 1);
  const [k0, k1] = span(grid, solid.z[0] - margin - to[11]!, solid.z[1] + margin - to[11]!, 2);
  for (let i = i0; i <= i1; i++) {
    for (let j = j0; j <= j1; j++) {
      const lx = middle(grid, i, 0), ly = middle(grid, j, 1);
      const x = to[0]! * lx + to[1]! * ly + to[3]!;
      const y = to[4]! * lx + to[5]! * ly + to[7]!;
      for (let k = k0; k <= k1; k++) {
        const at = [x, y, middle(grid, k, 2) + to[11]!] as const;
        if (!contains(solid, at, margin) || house && contains(core, at)) continue;
        dense[(i * ny + j) * nz + k] = solid.label;
      }
    }
  }
}

/** Coordinate of a voxel's middle, metres. */
function middle({ min, voxel }: LabelGrid, index: number, axis: 0 | 1 | 2): number {
  return min[axis] + voxel * (index + 0.5);
}

/** The voxels that a range of coordinates touches, clipped to the grid. */
function span(
  { dims, min, voxel }: LabelGrid,
  from: number,
  to: number,
  axis: 0 | 1 | 2,
): [number, number] {
  const index = (value: number) => Math.floor((value - min[axis]) / voxel);
  return [Math.max(0, index(from)), Math.min(dims[axis] - 1, index(to))];
}
