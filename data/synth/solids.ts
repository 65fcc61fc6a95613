/** How a solid's surface is painted, see paint.ts. */
export type Look =
  | "plain"
  | "facade"
  | "car"
  | "bus"
  | "truck"
  | "stripes"
  | "cone"
  | "leaves"
  | "bark"
  | "person"
  | "wheels";

/** One convex solid of a scene, in the street frame (metres, z up), turned by `yaw` about z. */
export type Solid = {
  shape: "box" | "cylinder" | "ellipsoid";
  /** SurroundOcc label. */
  label: number;
  look: Look;
  /** Base colour, RGB 0 to 255. */
  color: readonly [number, number, number];
  x: number;
  y: number;
  /** Lower and upper end. */
  z: readonly [number, number];
  /** Half extents along the solid's own x and y; equal for cylinders and ellipsoids. */
  half: readonly [number, number];
  yaw: number;
  /** Velocity along the solid's own x axis, m/s. */
  speed: number;
  /** Number of the thing that it is a part of; of things that are annotated with a box. */
  thing?: number;
};

/** Whether (x, y, z) lies inside the solid grown by `margin` metres. */
export function contains(
  solid: Solid,
  [x, y, z]: readonly [number, number, number],
  margin = 0,
): boolean {
  if (z < solid.z[0] - margin || z > solid.z[1] + margin) return false;
  const dx = x - solid.x, dy = y - solid.y;
  const hx = solid.half[0] + margin, hy = solid.half[1] + margin;
  if (solid.shape === "box") {
    const cos = Math.cos(solid.yaw), sin = Math.sin(solid.yaw);
    return Math.abs(cos * dx + sin * dy) <= hx && Math.abs(cos * dy - sin * dx) <= hy;
  }
  const flat = (dx * dx + dy * dy) / (hx * hx);
  if (solid.shape === "cylinder") return flat <= 1;
  const middle = (solid.z[0] + solid.z[1]) / 2;
  const tall = (z - middle) / ((solid.z[1] - solid.z[0]) / 2 + margin);
  return flat + tall * tall <= 1;
}

/** Radius of the circle about (x, y) that holds the solid seen from above, metres. */
export function footprintRadius({ shape, half }: Solid): number {
  return shape === "box" ? Math.hypot(half[0], half[1]) : half[0];
}

/** The solid where it is `seconds` later. */
export function moved(solid: Solid, seconds: number): Solid {
  if (solid.speed === 0 || seconds === 0) return solid;
  const step = solid.speed * seconds;
  return {
    ...solid,
    x: solid.x + step * Math.cos(solid.yaw),
    y: solid.y + step * Math.sin(solid.yaw),
  };
}
