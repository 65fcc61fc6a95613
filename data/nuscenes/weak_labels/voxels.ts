import { CLASS, EMPTY, GRID } from "../classes.ts";
import { type Box, holds, radiusOf } from "./boxes.ts";
import { isGround } from "./categories.ts";
import { type Cloud, UNKNOWN } from "./cloud.ts";
import type { GroundHeights } from "./ground.ts";
import { invertRigid } from "../../occupancy/rigid.ts";

const [NX, NY, NZ] = GRID.dims;
const CLASSES = EMPTY;
// Heights above the ground up to which a point without a class is the ground or something low, metres.
const GROUND_UP_TO = 0.25, LOW_UP_TO = 0.6, NOISE_BELOW = -0.4;
// Lidar rings lie metres apart on the ground: this far apart, in voxels, what lies between is ground too.
const FILL = 8;
// How far outside a box the middle of a voxel may be that it fills, metres: it cuts much of it then.
const OVERLAP = 0.1;

/** The class of a point from its height above the ground; 0 for what lies below. */
export function labelByHeight(height: number): number {
  if (height < NOISE_BELOW) return 0;
  if (height <= GROUND_UP_TO) return CLASS.driveable_surface;
  return height <= LOW_UP_TO ? CLASS.terrain : CLASS.manmade;
}

/** Votes of points for the classes of voxels; one is made once, since its memory is 23 MB. */
export class VoxelVotes {
  readonly #votes = new Uint16Array(NX * NY * NZ * CLASSES);

  /** Labels [200, 200, 16]: the class of most points in a voxel, 17 where there is none. */
  count(clouds: readonly Cloud[], ground: GroundHeights): Uint8Array {
    const votes = this.#votes.fill(0);
    for (const { xyz, labels } of clouds) {
      for (let p = 0, at = 0; p < labels.length; p++, at += 3) {
        const x = xyz[at]!, y = xyz[at + 1]!, z = xyz[at + 2]!;
        const voxel = voxelOf(x, y, z);
        if (voxel < 0) continue;
        const known = labels[p]!;
        const label = known === UNKNOWN ? labelByHeight(z - ground.at(x, y)) : known;
        if (label > 0) votes[voxel * CLASSES + label]!++;
      }
    }
    const dense = new Uint8Array(NX * NY * NZ).fill(EMPTY);
    for (let voxel = 0; voxel < dense.length; voxel++) {
      let most = 0;
      for (let label = 1, at = voxel * CLASSES + 1; label < CLASSES; label++, at++) {
        if (votes[at]! > most) {
          most = votes[at]!;
          dense[voxel] = label;
        }
      }
    }
    return dense;
  }
}

/**
 * Fills gaps in the ground: a column without ground between two that have it, at most eight voxels away
 * on opposite sides, gets a voxel at the height between them, of the nearer one's class.
 */
export function fillGround(dense: Uint8Array): void {
  const heights = new Int8Array(NX * NY).fill(-1);
  const classes = new Uint8Array(NX * NY);
  for (let column = 0; column < NX * NY; column++) {
    for (let k = 0; k < NZ; k++) {
      const label = dense[column * NZ + k]!;
      if (!isGround(label)) continue;
      heights[column] = k;
      classes[column] = label;
      break;
    }
  }
  for (let i = 0; i < NX; i++) {
    for (let j = 0; j < NY; j++) {
      if (heights[i * NY + j]! >= 0) continue;
      const found = between(heights, i, j);
      if (!found) continue;
      const voxel = (i * NY + j) * NZ + found.height;
      if (dense[voxel] === EMPTY) dense[voxel] = classes[found.nearer]!;
    }
  }
}

const DIRECTIONS = [[1, 0], [0, 1], [1, 1], [1, -1]] as const;

/** The closest pair of ground columns on opposite sides of (i, j). */
function between(
  heights: Int8Array,
  i: number,
  j: number,
): { height: number; nearer: number } | null {
  let best: { height: number; nearer: number } | null = null;
  let shortest = Infinity;
  for (const [di, dj] of DIRECTIONS) {
    const one = reach(heights, [i, j], [di, dj]);
    const other = one && reach(heights, [i, j], [-di, -dj]);
    if (!one || !other) continue;
    const length = (one.steps + other.steps) * Math.hypot(di, dj);
    if (length >= shortest) continue;
    shortest = length;
    const share = one.steps / (one.steps + other.steps);
    best = {
      height: Math.round(heights[one.column]! * (1 - share) + heights[other.column]! * share),
      nearer: one.steps <= other.steps ? one.column : other.column,
    };
  }
  return best;
}

function reach(
  heights: Int8Array,
  [i, j]: readonly [number, number],
  [di, dj]: readonly [number, number],
): { column: number; steps: number } | null {
  for (let steps = 1; steps <= FILL; steps++) {
    const x = i + di * steps, y = j + dj * steps;
    if (x < 0 || y < 0 || x >= NX || y >= NY) return null;
    if (heights[x * NY + y]! >= 0) return { column: x * NY + y, steps };
  }
  return null;
}

/** Fills the voxels whose middle is inside a box or nearly so with its class. */
export function fillBoxes(dense: Uint8Array, boxes: readonly Box[]): void {
  for (const box of boxes) {
    // Half a voxel for thin things: a cone must not be lost between the middles of two voxels.
    const margin = Math.max(OVERLAP, GRID.voxel / 2 - Math.min(...box.half));
    const m = invertRigid(box.boxFromLidar);
    const radius = radiusOf(box) + margin;
    const [i0, i1] = span(m[3]!, radius, 0), [j0, j1] = span(m[7]!, radius, 1);
    const [k0, k1] = span(m[11]!, radius, 2);
    for (let i = i0; i <= i1; i++) {
      for (let j = j0; j <= j1; j++) {
        for (let k = k0; k <= k1; k++) {
          if (holds(box, [middle(i, 0), middle(j, 1), middle(k, 2)], margin)) {
            dense[(i * NY + j) * NZ + k] = box.label;
          }
        }
      }
    }
  }
}

function voxelOf(x: number, y: number, z: number): number {
  const i = Math.floor((x - GRID.min[0]) / GRID.voxel);
  const j = Math.floor((y - GRID.min[1]) / GRID.voxel);
  const k = Math.floor((z - GRID.min[2]) / GRID.voxel);
  const inside = i >= 0 && i < NX && j >= 0 && j < NY && k >= 0 && k < NZ;
  return inside ? (i * NY + j) * NZ + k : -1;
}

function middle(index: number, axis: 0 | 1 | 2): number {
  return GRID.min[axis] + GRID.voxel * (index + 0.5);
}

function span(center: number, radius: number, axis: 0 | 1 | 2): [number, number] {
  const index = (value: number) => Math.floor((value - GRID.min[axis]) / GRID.voxel);
  return [
    Math.max(0, index(center - radius)),
    Math.min(GRID.dims[axis] - 1, index(center + radius)),
  ];
}
