import type { Matrix3 } from "../../../geometry/matrix3.ts";
import { unit, type Vector3 } from "../../../geometry/vector3.ts";

/** The same direction at length one; null where the length says no direction. */
export function directionOf(a: Vector3): Vector3 | null {
  return Math.hypot(...a) > 1e-12 ? unit(a) : null;
}

/** The rotation that takes three directions at right angles onto x, y and z. */
export function rotationOnto(x: Vector3, y: Vector3, z: Vector3): Matrix3 {
  return [...x, ...y, ...z];
}
