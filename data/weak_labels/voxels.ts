import { invertRigid } from "../occupancy/rigid.ts";
import type { LabelGrid } from "../occupancy/task.ts";
import { type Box, holds, radiusOf } from "./boxes.ts";
import { type Cloud, UNKNOWN } from "./cloud.ts";
import type { GroundHeights } from "./ground.ts";
import type { LabelRule } from "./label_rule.ts";

// Heights above the ground up to which a point without a class is the ground or something low, metres.
const GROUND_UP_TO = 0.25, LOW_UP_TO = 0.6, NOISE_BELOW = -0.4;
// Lidar rings lie metres apart on the ground: this far apart, in metres, what lies between is ground too.
const FILL = 4;
// How far outside a box the middle of a voxel may be that it fills, metres: it cuts much of it then.
const OVERLAP = 0.1;
/** The class of a point from its height above the ground; UNKNOWN for what lies below, or without a rule. */
export function labelByHeight(height: number, byHeight: LabelRule["byHeight"]): number {
  if (byHeight === null || height < NOISE_BELOW) return UNKNOWN;
  if (height <= GROUND_UP_TO) return byHeight.ground;
  return height <= LOW_UP_TO ? byHeight.low : byHeight.high;
}

/** Votes of points for the classes of voxels; one is made once, since its memory is 23 MB of nuScenes' grid. */
export class VoxelVotes {
  readonly #votes: Uint16Array;

  constructor(readonly rule: LabelRule) {
    this.#votes = new Uint16Array(voxelsOf(rule.grid) * rule.classes);
  }

  /** Labels [x, y, z]: the class of most points in a voxel, free where there is none. */
  count(clouds: readonly Cloud[], ground: GroundHeights): Uint8Array {
    const { grid, classes, empty, noise, byHeight } = this.rule;
    const votes = this.#votes.fill(0);
    for (const { xyz, labels } of clouds) {
      for (let p = 0, at = 0; p < labels.length; p++, at += 3) {
        const x = xyz[at]!, y = xyz[at + 1]!, z = xyz[at + 2]!;
        const voxel = voxelOf(grid, x, y, z);
        if (voxel < 0) continue;
        const known = labels[p]!;
        const label = known === UNKNOWN ? labelByHeight(z - ground.at(x, y), byHeight) : known;
        if (label < classes && label !== noise) votes[voxel * classes + label]!++;
      }
    }
    const dense = new Uint8Array(voxelsOf(grid)).fill(empty);
    for (let voxel = 0; voxel < dense.length; voxel++) {
      let most = 0;
      for (let label = 0, at = voxel * classes; label < classes; label++, at++) {
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
 * Fills gaps in the ground: a column without ground between two that have it, at most 4 m away on opposite
 * sides, gets a voxel at the height between them, of the nearer one's class.
 */
export function fillGround(
  dense: Uint8Array,
  { grid, empty, isGround }: Pick<LabelRule, "grid" | "empty" | "isGround">,
): void {
  const [NX, NY, NZ] = grid.dims;
  const farthest = Math.max(1, Math.round(FILL / grid.voxel));
  const heights = new Int16Array(NX * NY).fill(-1);
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
      const found = between({ heights, farthest, dims: grid.dims }, i, j);
      if (!found) continue;
      const voxel = (i * NY + j) * NZ + found.height;
      if (dense[voxel] === empty) dense[voxel] = classes[found.nearer]!;
    }
  }
}

const DIRECTIONS = [[1, 0], [0, 1], [1, 1], [1, -1]] as const;

interface Columns {
  readonly heights: Int16Array;
  /** Voxels. */
  readonly farthest: number;
  readonly dims: LabelGrid["dims"];
}

/** The closest pair of ground columns on opposite sides of (i, j). */
function between(
  columns: Columns,
  i: number,
  j: number,
): { height: number; nearer: number } | null {
  let best: { height: number; nearer: number } | null = null;
  let shortest = Infinity;
  for (const [di, dj] of DIRECTIONS) {
    const one = reach(columns, [i, j], [di, dj]);
    const other = one && reach(columns, [i, j], [-di, -dj]);
    if (!one || !other) continue;
    const length = (one.steps + other.steps) * Math.hypot(di, dj);
    if (length >= shortest) continue;
    shortest = length;
    const share = one.steps / (one.steps + other.steps);
    best = {
      height: Math.round(
        columns.heights[one.column]! * (1 - share) + columns.heights[other.column]! * share,
      ),
      nearer: one.steps <= other.steps ? one.column : other.column,
    };
  }
  return best;
}

function reach(
  { heights, farthest, dims: [NX, NY] }: Columns,
  [i, j]: readonly [number, number],
  [di, dj]: readonly [number, number],
): { column: number; steps: number } | null {
  for (let steps = 1; steps <= farthest; steps++) {
    const x = i + di * steps, y = j + dj * steps;
    if (x < 0 || y < 0 || x >= NX || y >= NY) return null;
    if (heights[x * NY + y]! >= 0) return { column: x * NY + y, steps };
  }
  return null;
}

/** Fills the voxels whose middle is inside a box or nearly so with its class. */
export function fillBoxes(dense: Uint8Array, boxes: readonly Box[], grid: LabelGrid): void {
  const [, NY, NZ] = grid.dims;
  for (const box of boxes) {
    // Half a voxel for thin things: a cone must not be lost between the middles of two voxels.
    const margin = Math.max(OVERLAP, grid.voxel / 2 - Math.min(...box.half));
    const m = invertRigid(box.boxFromLidar);
    const radius = radiusOf(box) + margin;
    const [i0, i1] = span(grid, m[3]!, radius, 0), [j0, j1] = span(grid, m[7]!, radius, 1);
    const [k0, k1] = span(grid, m[11]!, radius, 2);
    for (let i = i0; i <= i1; i++) {
      for (let j = j0; j <= j1; j++) {
        for (let k = k0; k <= k1; k++) {
          if (holds(box, [middle(grid, i, 0), middle(grid, j, 1), middle(grid, k, 2)], margin)) {
            dense[(i * NY + j) * NZ + k] = box.label;
          }
        }
      }
    }
  }
}

function voxelsOf({ dims: [nx, ny, nz] }: LabelGrid): number {
  return nx * ny * nz;
}

function voxelOf(
  { dims: [nx, ny, nz], min, voxel }: LabelGrid,
  x: number,
  y: number,
  z: number,
): number {
  const i = Math.floor((x - min[0]) / voxel);
  const j = Math.floor((y - min[1]) / voxel);
  const k = Math.floor((z - min[2]) / voxel);
  const inside = i >= 0 && i < nx && j >= 0 && j < ny && k >= 0 && k < nz;
  return inside ? (i * ny + j) * nz + k : -1;
}

function middle({ min, voxel }: LabelGrid, index: number, axis: 0 | 1 | 2): number {
  return min[axis] + voxel * (index + 0.5);
}

function span(
  { min, voxel, dims }: LabelGrid,
  center: number,
  radius: number,
  axis: 0 | 1 | 2,
): [number, number] {
  const index = (value: number) => Math.floor((value - min[axis]) / voxel);
  return [
    Math.max(0, index(center - radius)),
    Math.min(dims[axis] - 1, index(center + radius)),
  ];
}
