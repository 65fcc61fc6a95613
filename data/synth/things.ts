import type { Pose } from "../occupancy/rigid.ts";
import type { Solid } from "./solids.ts";

/** What is annotated with one box: a car, a person, all parts of it together. */
export interface Thing {
  /** Number within its scene, the same at all times. */
  readonly thing: number;
  /** SurroundOcc label. */
  readonly label: number;
  /** Length, width and height, metres. */
  readonly size: readonly [number, number, number];
  /** Street from box: x along the length, z up, origin in the middle. */
  readonly streetFromBox: Pose;
  readonly speed: number;
}

/** The things among the solids of a moment, by number. */
export function thingsOf(solids: readonly Solid[]): Thing[] {
  const parts = Map.groupBy(
    solids.filter((solid) => solid.thing !== undefined),
    ({ thing }) => thing!,
  );
  return [...parts].map(([thing, solids]) => {
    const { label, yaw, speed } = solids[0]!;
    const cos = Math.cos(yaw), sin = Math.sin(yaw);
    const low = [Infinity, Infinity, Infinity], high = [-Infinity, -Infinity, -Infinity];
    for (const { x, y, z, half } of solids) {
      const along = cos * x + sin * y, across = cos * y - sin * x;
      const ends = [[along - half[0], along + half[0]], [across - half[1], across + half[1]], z];
      ends.forEach(([from, to], axis) => {
        low[axis] = Math.min(low[axis]!, from!);
        high[axis] = Math.max(high[axis]!, to!);
      });
    }
    const middle = low.map((value, axis) => (value + high[axis]!) / 2) as [number, number, number];
    const size = low.map((value, axis) => high[axis]! - value) as [number, number, number];
    return {
      ...{ thing, label, size, speed },
      streetFromBox: {
        rotation: [Math.cos(yaw / 2), 0, 0, Math.sin(yaw / 2)],
        translation: [
          cos * middle[0] - sin * middle[1],
          sin * middle[0] + cos * middle[1],
          middle[2],
        ],
      },
    };
  });
}
