import { byImportance } from "./importance.ts";
import { keepWhere, selectSplats, type Splats } from "./splats.ts";

/** An axis-aligned box, bounds included, in the frame of the Gaussians. */
export interface Box {
  /** Lowest corner, in units of the scene. */
  readonly min: readonly [x: number, y: number, z: number];
  /** Highest corner, in units of the scene. */
  readonly max: readonly [x: number, y: number, z: number];
}

/** Keeps the Gaussians whose centre lies in the box. */
export function cropToBox(splats: Splats, { min, max }: Box): Splats {
  for (let k = 0; k < 3; k++) {
    if (!(min[k]! <= max[k]!)) {
      throw new RangeError(
        `Cannot crop: the box runs from ${min[k]} to ${max[k]} along ${"xyz"[k]}, ` +
          "the first must not be larger",
      );
    }
  }
  const { positions } = splats;
  return keepWhere(splats, (i) => {
    for (let k = 0; k < 3; k++) {
      const value = positions[3 * i + k]!;
      if (!(value >= min[k]! && value <= max[k]!)) return false;
    }
    return true;
  });
}

/**
 * Keeps the `count` Gaussians of largest opacity times volume, in their order; of equally important
 * ones the first. The same input gives the same output.
 */
export function decimate(splats: Splats, count: number): Splats {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new RangeError(`Cannot keep ${count} Gaussians: it must be a whole number from 0`);
  }
  if (count >= splats.count) return splats;
  return selectSplats(splats, byImportance(splats).slice(0, count).sort());
}
