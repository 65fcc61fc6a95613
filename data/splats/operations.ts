import { byImportance } from "./importance.ts";
import { finiteMask, selectSplats, type Splats } from "./splats.ts";

/** An axis-aligned box, bounds included, in the frame of the Gaussians. */
export interface Box {
  /** Lowest corner, in units of the scene. */
  readonly min: readonly [x: number, y: number, z: number];
  /** Highest corner, in units of the scene. */
  readonly max: readonly [x: number, y: number, z: number];
}

/** Leaves out Gaussians with a NaN or infinite value or a quaternion of length zero. */
export function dropUnusable(splats: Splats): Splats {
  const usable = finiteMask(splats);
  const { quaternions } = splats;
  for (let i = 0; i < splats.count; i++) {
    let square = 0;
    for (let k = 0; k < 4; k++) square += quaternions[4 * i + k]! ** 2;
    if (square === 0) usable[i] = 0;
  }
  return keepWhere(splats, (i) => usable[i] === 1);
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

function keepWhere(splats: Splats, keeps: (i: number) => boolean): Splats {
  const kept = new Uint32Array(splats.count);
  let count = 0;
  for (let i = 0; i < splats.count; i++) if (keeps(i)) kept[count++] = i;
  return count === splats.count ? splats : selectSplats(splats, kept.subarray(0, count));
}
