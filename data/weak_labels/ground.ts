import { invertRigid, type Matrix4, matrixFromPose, type Pose } from "../occupancy/rigid.ts";
import type { LabelGrid } from "../occupancy/task.ts";
import type { Cloud } from "./cloud.ts";
import type { LabelRule } from "./label_rule.ts";

// Cells of 1 m over the grid.
const SIZE = 1;
// What a street rises at most over a metre, and how far a cell's lowest points scatter, metres.
const SLOPE = 0.12, SCATTER = 0.15;
// Cells around one whose heights say what to expect in it.
const REACH = 4;

/** Height of the ground in the points' frame, metres: one value per cell of 1 m. */
export class GroundHeights {
  private constructor(
    private readonly cells: GroundCells,
    private readonly heights: Float32Array,
  ) {}

  /**
   * Grows the ground outwards from the car, which stands on it: in each cell it is the lowest points
   * near the height that the cells already known lead to expect, or that height itself.
   */
  static from(
    { xyz }: Cloud,
    egoFromLidar: Pose,
    { grid, level }: Pick<LabelRule, "grid" | "level">,
  ): GroundHeights {
    const lidarFromEgo = invertRigid(matrixFromPose(egoFromLidar));
    const cells = GroundCells.of(grid);
    const points = cells.heightsOf(xyz);
    const heights = new Float32Array(cells.count);
    const known = new Uint8Array(cells.count);
    for (const cell of cells.outwards) {
      const { expected, distance } = expect(cell, { cells, heights, known, lidarFromEgo, level });
      const room = SCATTER + SLOPE * distance;
      const zs = points(cell).filter((z) => Math.abs(z - expected) < room);
      const lowest = zs.reduce((least, z) => Math.min(least, z), Infinity);
      const low = zs.filter((z) => z < lowest + SCATTER);
      // A single point may be a reflection from below.
      known[cell] = low.length >= 2 ? 1 : 0;
      heights[cell] = known[cell] ? low.reduce((sum, z) => sum + z, 0) / low.length : expected;
    }
    return new GroundHeights(cells, heights);
  }

  /** Height at (x, y) of the points' frame; of the nearest cell outside of the grid. */
  at(x: number, y: number): number {
    return this.heights[this.cells.at(x, y)]!;
  }
}

/** Cells over a grid; those of one grid are made once. */
class GroundCells {
  static #last: GroundCells | null = null;
  readonly rows: number;
  readonly columns: number;
  readonly count: number;
  /** Numbers of the cells from the car outwards. */
  readonly outwards: readonly number[];

  private constructor(readonly grid: LabelGrid) {
    const { dims, voxel } = grid;
    this.rows = Math.max(1, Math.ceil(dims[0] * voxel / SIZE - 1e-6));
    this.columns = Math.max(1, Math.ceil(dims[1] * voxel / SIZE - 1e-6));
    this.count = this.rows * this.columns;
    const fromCar = Float64Array.from({ length: this.count }, (_, cell) => {
      const [x, y] = this.middleOf(cell);
      return x * x + y * y;
    });
    this.outwards = Array.from({ length: this.count }, (_, cell) => cell)
      .sort((a, b) => fromCar[a]! - fromCar[b]!);
  }

  static of(grid: LabelGrid): GroundCells {
    if (this.#last?.grid !== grid) this.#last = new GroundCells(grid);
    return this.#last!;
  }

  middleOf(cell: number): [number, number] {
    return [
      this.grid.min[0] + SIZE * (Math.floor(cell / this.columns) + 0.5),
      this.grid.min[1] + SIZE * (cell % this.columns + 0.5),
    ];
  }

  at(x: number, y: number): number {
    const index = (value: number, min: number, most: number) =>
      Math.min(most - 1, Math.max(0, Math.floor((value - min) / SIZE)));
    const { min } = this.grid;
    return index(x, min[0], this.rows) * this.columns + index(y, min[1], this.columns);
  }

  /** Heights of the points in each cell. */
  heightsOf(xyz: Float32Array): (cell: number) => number[] {
    const count = xyz.length / 3;
    const starts = new Uint32Array(this.count + 1);
    const cells = new Uint32Array(count);
    for (let p = 0; p < count; p++) {
      cells[p] = this.at(xyz[3 * p]!, xyz[3 * p + 1]!);
      starts[cells[p]! + 1]!++;
    }
    for (let cell = 0; cell < this.count; cell++) starts[cell + 1]! += starts[cell]!;
    const next = starts.slice();
    const sorted = new Float32Array(count);
    for (let p = 0; p < count; p++) sorted[next[cells[p]!]!++] = xyz[3 * p + 2]!;
    return (cell) => Array.from(sorted.subarray(starts[cell], starts[cell + 1]));
  }
}

/** What known cells around lead to expect, and how far away, in metres, the nearest of them is. */
function expect(
  cell: number,
  { cells, heights, known, lidarFromEgo, level }: {
    cells: GroundCells;
    heights: Float32Array;
    known: Uint8Array;
    lidarFromEgo: Matrix4;
    level: number;
  },
): { expected: number; distance: number } {
  const { rows, columns } = cells;
  const row = Math.floor(cell / columns), column = cell % columns;
  let sum = 0, weights = 0, nearest = Infinity;
  for (let i = Math.max(0, row - REACH); i <= Math.min(rows - 1, row + REACH); i++) {
    for (let j = Math.max(0, column - REACH); j <= Math.min(columns - 1, column + REACH); j++) {
      if (!known[i * columns + j]) continue;
      const squared = (i - row) ** 2 + (j - column) ** 2;
      sum += heights[i * columns + j]! / squared;
      weights += 1 / squared;
      nearest = Math.min(nearest, squared);
    }
  }
  if (weights > 0) return { expected: sum / weights, distance: SIZE * Math.sqrt(nearest) };
  // The plane on which the wheels stand: z = level of the ego frame.
  const m = lidarFromEgo;
  const [x, y] = cells.middleOf(cell);
  const expected = m[11]! + (level - (m[2]! * (x - m[3]!) + m[6]! * (y - m[7]!))) / m[10]!;
  return { expected, distance: Math.min(REACH * SIZE, Math.hypot(x, y)) };
}
