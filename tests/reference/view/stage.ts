/** Where a scene stands: the ground's height, and lines so many metres apart within bounds (low x, y, high x, y). */
export interface Staged {
  readonly ground: number;
  readonly bounds: readonly [number, number, number, number];
  readonly spacing: number;
}

/** Colour of lines and arrow. */
export const INK = [0.11, 0.12, 0.14];

// Corners of body and cabin, metres from the ground below the lidar, and their paint.
const BOXES = [
  { low: [-0.95, -2.3, 0.3], high: [0.95, 2.3, 0.95], paint: [0.12, 0.13, 0.15] },
  { low: [-0.78, -1.7, 0.95], high: [0.78, 0.9, 1.55], paint: [0.93, 0.94, 0.96] },
];

/** The nearest side of the car on a ray, walls tried one by one; infinitely far where there is none. */
export function rayToCar(from: readonly number[], ray: readonly number[]) {
  let nearest = { depth: Infinity, colour: [0, 0, 0] };
  for (const { low, high, paint } of BOXES) {
    for (let axis = 0; axis < 3; axis++) {
      // Of two opposite walls a ray from outside enters by the one that it comes to first.
      const depth = Math.min(
        (low[axis]! - from[axis]!) / ray[axis]!,
        (high[axis]! - from[axis]!) / ray[axis]!,
      );
      const inside = [0, 1, 2].every((k) => {
        const at = from[k]! + depth * ray[k]!;
        return k === axis || (at > low[k]! && at < high[k]!);
      });
      if (depth <= 0 || !inside || depth >= nearest.depth) continue;
      const light = [0.72, 0.9, 1][axis]!;
      nearest = { depth, colour: paint.map((part) => part * light) };
    }
  }
  return nearest;
}

/** How much ink covers a place on the ground, of which a pixel covers so many metres. */
export function groundInk(
  [x, y]: readonly [number, number],
  pixel: number,
  { bounds: [x0, y0, x1, y1], spacing }: Staged,
): number {
  const half = 0.5 * Math.max(0.08, 1.1 * pixel);
  if (x < x0 - half || y < y0 - half || x > x1 + half || y > y1 + half) return 0;
  if (y > 4 && Math.abs(x) < 0.42 * (9.5 - y)) return 0.9;
  const off = (value: number) => Math.abs(value - spacing * Math.round(value / spacing));
  return Math.min(off(x), off(y)) < half ? 0.3 : 0;
}
