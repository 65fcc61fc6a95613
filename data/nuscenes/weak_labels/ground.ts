import { GRID } from "../classes.ts";
import { invertRigid, type Matrix4, matrixFromPose, type Pose } from "../../occupancy/rigid.ts";
import type { Cloud } from "./cloud.ts";

// Cells of 1 m over the grid.
const CELLS = 100, SIZE = 1;
// What a street rises at most over a metre, and how far a cell's lowest points scatter, metres.
const SLOPE = 0.12, SCATTER = 0.15;
// Cells around one whose heights say what to expect in it.
const REACH = 4;

/** Height of the ground in the lidar frame, metres: one value per cell of 1 m. */
export class GroundHeights {
  readonly #heights: Float32Array;

  private constructor(heights: Float32Array) {
    this.#heights = heights;
  }

  /**
   * Grows the ground outwards from the car, which stands on it: in each cell it is the lowest points
   * near the height that the cells already known lead to expect, or that height itself.
   */
  static from({ xyz }: Cloud, egoFromLidar: Pose): GroundHeights {
    const lidarFromEgo = invertRigid(matrixFromPose(egoFromLidar));
    const points = byCell(xyz);
    const heights = new Float32Array(CELLS * CELLS);
    const known = new Uint8Array(CELLS * CELLS);
    for (const cell of OUTWARDS) {
      const { expected, distance } = expect(cell, { heights, known, lidarFromEgo });
      const room = SCATTER + SLOPE * distance;
      const zs = points(cell).filter((z) => Math.abs(z - expected) < room);
      const lowest = zs.reduce((least, z) => Math.min(least, z), Infinity);
      const low = zs.filter((z) => z < lowest + SCATTER);
      // A single point may be a reflection from below.
      known[cell] = low.length >= 2 ? 1 : 0;
      heights[cell] = known[cell] ? low.reduce((sum, z) => sum + z, 0) / low.length : expected;
    }
    return new GroundHeights(heights);
  }

  /** Height at (x, y) of the lidar frame; of the nearest cell outside of the grid. */
  at(x: number, y: number): number {
    return this.#heights[cellOf(x, y)]!;
  }
}

/** Cell numbers from the car outwards. */
const OUTWARDS: readonly number[] = Array.from({ length: CELLS * CELLS }, (_, cell) => cell)
  .sort((a, b) => fromCar(a) - fromCar(b));

function fromCar(cell: number): number {
  const [x, y] = middleOf(cell);
  return x * x + y * y;
}

function middleOf(cell: number): [number, number] {
  return [
    GRID.min[0] + SIZE * (Math.floor(cell / CELLS) + 0.5),
    GRID.min[1] + SIZE * (cell % CELLS + 0.5),
  ];
}

function cellOf(x: number, y: number): number {
  const index = (value: number, min: number) =>
    Math.min(CELLS - 1, Math.max(0, Math.floor((value - min) / SIZE)));
  return index(x, GRID.min[0]) * CELLS + index(y, GRID.min[1]);
}

/** What known cells around lead to expect, and how far away, in metres, the nearest of them is. */
function expect(
  cell: number,
  { heights, known, lidarFromEgo }: {
    heights: Float32Array;
    known: Uint8Array;
    lidarFromEgo: Matrix4;
  },
): { expected: number; distance: number } {
  const row = Math.floor(cell / CELLS), column = cell % CELLS;
  let sum = 0, weights = 0, nearest = Infinity;
  for (let i = Math.max(0, row - REACH); i <= Math.min(CELLS - 1, row + REACH); i++) {
    for (let j = Math.max(0, column - REACH); j <= Math.min(CELLS - 1, column + REACH); j++) {
      if (!known[i * CELLS + j]) continue;
      const squared = (i - row) ** 2 + (j - column) ** 2;
      sum += heights[i * CELLS + j]! / squared;
      weights += 1 / squared;
      nearest = Math.min(nearest, squared);
    }
  }
  if (weights > 0) return { expected: sum / weights, distance: SIZE * Math.sqrt(nearest) };
  // The plane on which the wheels stand: z = 0 of the ego frame.
  const m = lidarFromEgo;
  const [x, y] = middleOf(cell);
  const expected = m[11]! - (m[2]! * (x - m[3]!) + m[6]! * (y - m[7]!)) / m[10]!;
  return { expected, distance: Math.min(REACH * SIZE, Math.hypot(x, y)) };
}

/** Heights of the points in each cell. */
function byCell(xyz: Float32Array): (cell: number) => number[] {
  const count = xyz.length / 3;
  const starts = new Uint32Array(CELLS * CELLS + 1);
  const cells = new Uint16Array(count);
  for (let p = 0; p < count; p++) {
    cells[p] = cellOf(xyz[3 * p]!, xyz[3 * p + 1]!);
    starts[cells[p]! + 1]!++;
  }
  for (let cell = 0; cell < CELLS * CELLS; cell++) starts[cell + 1]! += starts[cell]!;
  const next = starts.slice();
  const sorted = new Float32Array(count);
  for (let p = 0; p < count; p++) sorted[next[cells[p]!]!++] = xyz[3 * p + 2]!;
  return (cell) => Array.from(sorted.subarray(starts[cell], starts[cell + 1]));
}
