import { keepWhere, type Splats } from "../../splats.ts";
import type { SplatActionDefinition } from "../action.ts";

/** An axis-aligned box, bounds included, in the frame of the Gaussians. */
export interface Box {
  /** Lowest corner, in units of the scene. */
  readonly min: readonly [x: number, y: number, z: number];
  /** Highest corner, in units of the scene. */
  readonly max: readonly [x: number, y: number, z: number];
}

/** Keeps the Gaussians in a box. */
export const filterBox: SplatActionDefinition = {
  letter: "B",
  value: "X0,Y0,Z0,X1,Y1,Z1",
  each: true,
  help: "Keep Gaussians whose centre lies in this box; - for no bound",
  parse(value) {
    const words = value.split(",").map((word) => word.trim());
    const numbers = words.map((word, k) =>
      word === "-" ? (k < 3 ? -Infinity : Infinity) : word === "" ? NaN : Number(word)
    );
    const [x0, y0, z0, x1, y1, z1] = numbers as [number, number, number, number, number, number];
    if (numbers.length !== 6 || numbers.some(Number.isNaN) || x0 > x1 || y0 > y1 || z0 > z1) {
      throw new RangeError(
        "it must be six numbers X0,Y0,Z0,X1,Y1,Z1, the first corner below the second",
      );
    }
    return (splats) => cropToBox(splats, { min: [x0, y0, z0], max: [x1, y1, z1] });
  },
};

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
