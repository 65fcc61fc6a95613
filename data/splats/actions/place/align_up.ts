import { matrixOfQuaternion, type Quaternion } from "../../../geometry/matrix3.ts";
import { turnSplats } from "../../turn/turn_splats.ts";
import { numbersOf, type SplatActionDefinition } from "../action.ts";
import { cross, dot, type Vector3 } from "../../../geometry/vector3.ts";
import { directionOf } from "./directions.ts";

// Where up is in PLY files of scenes made from photos.
const UP: Vector3 = [0, -1, 0];

/** Turns a direction of the scene up, the shortest way, about the origin. */
export const alignUp: SplatActionDefinition = {
  value: "X,Y,Z",
  each: true,
  help: "Rotate the shortest way so that this direction points up (-y in PLY files)",
  parse(value) {
    const direction = directionOf(numbersOf(value, 3) as unknown as Vector3);
    if (!direction) throw new RangeError("it must be a direction, not of length zero");
    const matrix = matrixOfQuaternion(between(direction, UP));
    return (splats) => turnSplats(splats, matrix);
  },
};

/** The shortest rotation that takes one unit vector onto another. */
function between(from: Vector3, to: Vector3): Quaternion {
  const cosine = dot(from, to);
  if (cosine < -1 + 1e-12) return [0, 1, 0, 0]; // half a turn about x, which is at right angles to y
  const [x, y, z] = cross(from, to);
  const length = Math.sqrt((1 + cosine) * (1 + cosine) + x * x + y * y + z * z);
  return [(1 + cosine) / length, x / length, y / length, z / length];
}
