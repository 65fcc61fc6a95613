import type { Splats } from "../../splats.ts";
import { Ellipsoid } from "./ellipsoid.ts";

/** Voxels an edge of a block; only blocks that a Gaussian reaches have memory. */
const EDGE = 4;
const CELLS = EDGE ** 3;
// 256 bytes a block, and about three minutes of adding up.
const MOST_BLOCKS = 2 ** 21;
const MOST_VISITS = 2 ** 32;
// 1 - exp(-7) is 0.999: no cut-off asks for more.
const FULL = 7;

/** How a scene is made solid. */
export interface SolidOptions {
  /** Edge of a voxel, in units of the scene. */
  readonly voxel: number;
  /** Opacity from which on a voxel is solid. */
  readonly cutoff: number;
  /** Voxels of an axis beyond this many around `centre` are left out. */
  readonly most?: { readonly voxels: number; readonly centre: readonly number[] } | undefined;
}

/**
 * Which voxels Gaussians fill, as splat-transform has it: a voxel's density is the sum of alpha
 * exp(-d / 2) of the Gaussians whose box reaches it, d the squared Mahalanobis distance of its point
 * nearest to the Gaussian's centre; it is solid where 1 - exp(-density) reaches the cut-off.
 */
export class SolidVoxels {
  /** Blocks along each axis. */
  readonly blocks: readonly [number, number, number];
  /** Lowest corner of the grid. */
  readonly origin: readonly [number, number, number];
  readonly voxel: number;
  readonly #slots = new Map<number, number>();
  #density = new Float32Array(CELLS * 1024);
  #solid = new Uint8Array();

  constructor(splats: Splats, { voxel, cutoff, most }: SolidOptions) {
    this.voxel = voxel;
    const ellipsoid = new Ellipsoid(splats);
    const { origin, blocks } = gridOf(splats, ellipsoid, { voxel, most });
    this.origin = origin;
    this.blocks = blocks;
    this.#checkWork(splats, ellipsoid);
    for (let i = 0; i < splats.count; i++) this.#add(ellipsoid.moveTo(i));
    this.#solid = new Uint8Array(CELLS * this.#slots.size);
    for (let at = 0; at < this.#solid.length; at++) {
      if (1 - Math.exp(-this.#density[at]!) >= cutoff) this.#solid[at] = 1;
    }
    this.#density = new Float32Array();
  }

  /** Place of a voxel among all that have memory; -1 for one that no Gaussian reaches. */
  cell(x: number, y: number, z: number): number {
    if (x < 0 || y < 0 || z < 0) return -1;
    const slot = this.#slots.get(this.#key(x >> 2, y >> 2, z >> 2));
    return slot === undefined ? -1 : slot * CELLS + (x & 3) + EDGE * (y & 3) + 16 * (z & 3);
  }

  /** The voxel that a point lies in, along one axis. */
  voxelAt(value: number, axis: number): number {
    return Math.floor((value - this.origin[axis]!) / this.voxel);
  }

  /** One byte for each cell: 1 where it is solid. */
  get solid(): Uint8Array {
    return this.#solid;
  }

  /** Every voxel with memory: its coordinates and its cell. */
  forEachCell(visit: (x: number, y: number, z: number, cell: number) => void): void {
    const [, ny, nz] = this.blocks;
    for (const [key, slot] of this.#slots) {
      const [bx, by, bz] = [Math.floor(key / (ny * nz)), Math.floor(key / nz) % ny, key % nz];
      for (let cell = 0; cell < CELLS; cell++) {
        visit(
          EDGE * bx + (cell & 3),
          EDGE * by + (cell >> 2 & 3),
          EDGE * bz + (cell >> 4),
          slot * CELLS + cell,
        );
      }
    }
  }

  /**
   * How many of the marked voxels, in the blocks that a Gaussian's box touches, it fills to at least
   * `least` at their centre; counting stops at `enough`.
   */
  contributions(
    ellipsoid: Ellipsoid,
    marked: Uint8Array,
    { least, enough }: { readonly least: number; readonly enough: number },
  ): number {
    const { centre, extent, alpha } = ellipsoid;
    const first = [0, 1, 2].map((k) => this.#block(centre[k]! - extent[k]!, k));
    const last = [0, 1, 2].map((k) => this.#block(centre[k]! + extent[k]!, k));
    let count = 0;
    for (let bx = first[0]!; bx <= last[0]!; bx++) {
      for (let by = first[1]!; by <= last[1]!; by++) {
        for (let bz = first[2]!; bz <= last[2]!; bz++) {
          const slot = this.#slots.get(this.#key(bx, by, bz));
          if (slot === undefined) continue;
          for (let cell = 0; cell < CELLS; cell++) {
            if (marked[slot * CELLS + cell] !== 1) continue;
            const x = this.#centre(EDGE * bx + (cell & 3), 0) - centre[0]!;
            const y = this.#centre(EDGE * by + (cell >> 2 & 3), 1) - centre[1]!;
            const z = this.#centre(EDGE * bz + (cell >> 4), 2) - centre[2]!;
            if (alpha * Math.exp(-0.5 * ellipsoid.distance(x, y, z)) < least) continue;
            if (++count >= enough) return count;
          }
        }
      }
    }
    return count;
  }

  #centre(index: number, axis: number): number {
    return this.origin[axis]! + (index + 0.5) * this.voxel;
  }

  #block(value: number, axis: number): number {
    const block = Math.floor((value - this.origin[axis]!) / (EDGE * this.voxel));
    return Math.max(0, Math.min(this.blocks[axis]! - 1, block));
  }

  #key(bx: number, by: number, bz: number): number {
    return (bx * this.blocks[1] + by) * this.blocks[2] + bz;
  }

  /** First and last voxel along an axis whose centre lies within reach of a Gaussian. */
  #range({ centre, extent }: Ellipsoid, axis: number): [first: number, last: number] {
    const reach = extent[axis]! + this.voxel / 2;
    const from = (centre[axis]! - reach - this.origin[axis]!) / this.voxel - 0.5;
    const to = (centre[axis]! + reach - this.origin[axis]!) / this.voxel - 0.5;
    return [Math.max(0, Math.ceil(from)), Math.min(EDGE * this.blocks[axis]! - 1, Math.floor(to))];
  }

  #checkWork({ count }: Splats, ellipsoid: Ellipsoid): void {
    let visits = 0;
    for (let i = 0; i < count; i++) {
      ellipsoid.moveTo(i);
      let cells = 1;
      for (let axis = 0; axis < 3; axis++) {
        const [first, last] = this.#range(ellipsoid, axis);
        cells *= Math.max(0, last - first + 1);
      }
      visits += cells;
    }
    if (visits > MOST_VISITS) {
      this.#tooFine(`${visits} voxels to fill, ${MOST_VISITS} are too many`);
    }
  }

  #tooFine(what: string): never {
    throw Object.assign(
      new RangeError(`Cannot filter with voxels of ${this.voxel}: there would be ${what}`),
      {
        hint: "give a larger voxel, or leave very large Gaussians out first (--filter-size 0,MAX)",
      },
    );
  }

  #add(ellipsoid: Ellipsoid): void {
    const { voxel, origin } = this;
    const { centre, alpha } = ellipsoid;
    const [x0, x1] = this.#range(ellipsoid, 0);
    const [y0, y1] = this.#range(ellipsoid, 1);
    const [z0, z1] = this.#range(ellipsoid, 2);
    for (let x = x0; x <= x1; x++) {
      const dx = nearest(origin[0] + x * voxel, voxel, centre[0]!);
      for (let y = y0; y <= y1; y++) {
        const dy = nearest(origin[1] + y * voxel, voxel, centre[1]!);
        for (let z = z0; z <= z1; z++) {
          const at = this.#slot(x >> 2, y >> 2, z >> 2) * CELLS + (x & 3) + EDGE * (y & 3) +
            16 * (z & 3);
          if (this.#density[at]! >= FULL) continue;
          const dz = nearest(origin[2] + z * voxel, voxel, centre[2]!);
          this.#density[at]! += alpha * Math.exp(-0.5 * ellipsoid.distance(dx, dy, dz));
        }
      }
    }
  }

  #slot(bx: number, by: number, bz: number): number {
    const key = this.#key(bx, by, bz);
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    const slot = this.#slots.size;
    if (slot === MOST_BLOCKS) this.#tooFine(`more than ${MOST_BLOCKS} blocks of 64 voxels`);
    this.#slots.set(key, slot);
    if (CELLS * (slot + 1) > this.#density.length) {
      const longer = new Float32Array(2 * this.#density.length);
      longer.set(this.#density);
      this.#density = longer;
    }
    return slot;
  }
}

/** From a centre to the nearest point of a voxel along one axis; 0 where it lies within. */
function nearest(low: number, voxel: number, centre: number): number {
  if (centre < low) return low - centre;
  if (centre > low + voxel) return low + voxel - centre;
  return 0;
}

/** The box of all Gaussians' boxes, on the lattice of blocks. */
function gridOf(
  { count }: Splats,
  ellipsoid: Ellipsoid,
  { voxel, most }: Pick<SolidOptions, "voxel" | "most">,
) {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < count; i++) {
    const { centre, extent } = ellipsoid.moveTo(i);
    for (let k = 0; k < 3; k++) {
      low[k] = Math.min(low[k]!, centre[k]! - extent[k]!);
      high[k] = Math.max(high[k]!, centre[k]! + extent[k]!);
    }
  }
  if (most) {
    for (let k = 0; k < 3; k++) {
      const half = most.voxels / 2 * voxel;
      low[k] = Math.max(low[k]!, most.centre[k]! - half);
      high[k] = Math.min(high[k]!, most.centre[k]! + half);
    }
  }
  const size = EDGE * voxel;
  const first = low.map((value) => Math.floor(value / size));
  const blocks = high.map((value, k) => Math.max(1, Math.ceil(value / size) - first[k]!));
  return {
    origin: first.map((value) => value * size) as [number, number, number],
    blocks: blocks as [number, number, number],
  };
}
