import { CLASS, EMPTY, GRID } from "../nuscenes/classes.ts";
import { invertRigid, matrixFromPose, type Pose } from "../occupancy/rigid.ts";
import type { Scene } from "./scene.ts";
import { contains, footprintRadius, type Solid } from "./solids.ts";
import { groundClass, KERB_HEIGHT } from "./street.ts";

const [NX, NY, NZ] = GRID.dims;
// Houses are hollow: behind walls of this thickness (metres) nothing is known and nothing is labelled.
const WALL = 1;
// A solid fills the voxels whose middle is at most this far outside it (metres): those that it cuts
// about a fifth of, as a surface full of lidar points would; thin things reach up to 0.25 m, so that a
// bicycle or a cone is never lost between two middles.
const OVERLAP = 0.15, REACH = 0.25;

/**
 * The exact labels of a scene around the lidar on nuScenes' grid, x slowest, empty where
 * nothing is. A voxel belongs to what holds its middle or nearly does, the later solid winning;
 * the ground fills the voxels that its surface passes through.
 */
export function labelVoxels(
  scene: Scene,
  solids: readonly Solid[],
  streetFromLidar: Pose,
): Uint8Array {
  const dense = new Uint8Array(NX * NY * NZ).fill(EMPTY);
  const to = matrixFromPose(streetFromLidar);
  const back = invertRigid(to);
  const houses = solids.filter(({ look }) => look === "facade");
  for (let i = 0; i < NX; i++) {
    for (let j = 0; j < NY; j++) {
      const lx = middle(i, 0), ly = middle(j, 1);
      const x = to[0]! * lx + to[1]! * ly + to[3]!;
      const y = to[4]! * lx + to[5]! * ly + to[7]!;
      const label = groundClass(scene.street, x, y);
      const height = label === CLASS.driveable_surface ? 0 : KERB_HEIGHT;
      if (houses.some((house) => contains(house, [x, y, 1]))) continue;
      const k = Math.floor((height - to[11]! - GRID.min[2]) / GRID.voxel);
      if (k >= 0 && k < NZ) dense[(i * NY + j) * NZ + k] = label;
    }
  }
  for (const solid of solids) labelSolid(dense, solid, { to, back });
  return dense;
}

function labelSolid(
  dense: Uint8Array,
  solid: Solid,
  { to, back }: { to: Float64Array; back: Float64Array },
): void {
  const reach = footprintRadius(solid) + REACH;
  const cx = back[0]! * solid.x + back[1]! * solid.y + back[3]!;
  const cy = back[4]! * solid.x + back[5]! * solid.y + back[7]!;
  const house = solid.look === "facade";
  const core = { ...solid, half: [solid.half[0] - WALL, solid.half[1] - WALL] as const };
  const margin = Math.max(OVERLAP, REACH - Math.min(...solid.half) / 2);
  const [i0, i1] = span(cx - reach, cx + reach, 0);
  const [j0, j1] = span(cy - reach, cy + reach, 1);
  const [k0, k1] = span(solid.z[0] - margin - to[11]!, solid.z[1] + margin - to[11]!, 2);
  for (let i = i0; i <= i1; i++) {
    for (let j = j0; j <= j1; j++) {
      const lx = middle(i, 0), ly = middle(j, 1);
      const x = to[0]! * lx + to[1]! * ly + to[3]!;
      const y = to[4]! * lx + to[5]! * ly + to[7]!;
      for (let k = k0; k <= k1; k++) {
        const at = [x, y, middle(k, 2) + to[11]!] as const;
        if (!contains(solid, at, margin) || house && contains(core, at)) continue;
        dense[(i * NY + j) * NZ + k] = solid.label;
      }
    }
  }
}

/** Lidar coordinate of a voxel's middle, metres. */
function middle(index: number, axis: 0 | 1 | 2): number {
  return GRID.min[axis] + GRID.voxel * (index + 0.5);
}

/** The voxels that a range of lidar coordinates touches, clipped to the grid. */
function span(from: number, to: number, axis: 0 | 1 | 2): [number, number] {
  const index = (value: number) => Math.floor((value - GRID.min[axis]) / GRID.voxel);
  return [Math.max(0, index(from)), Math.min(GRID.dims[axis] - 1, index(to))];
}
