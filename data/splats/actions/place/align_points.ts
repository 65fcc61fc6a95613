import { IDENTITY3 } from "../../../geometry/matrix3.ts";
import { placeSplats } from "../../turn/place_splats.ts";
import { turnSplats } from "../../turn/turn_splats.ts";
import { numbersOf, type SplatActionDefinition } from "../action.ts";
import { cross, minus, type Vector3 } from "../../../geometry/vector3.ts";
import { directionOf, rotationOnto } from "./directions.ts";

/** Places a scene by three of its points, for example of its floor. */
export const alignPoints: SplatActionDefinition = {
  value: "X,Y,Z,X,Y,Z,X,Y,Z",
  each: true,
  help: "First point to the origin, second onto +x, third into the plane of x and +z (the ground)",
  parse(value) {
    const n = numbersOf(value, 9);
    const point = (k: number): Vector3 => [n[3 * k]!, n[3 * k + 1]!, n[3 * k + 2]!];
    const x = directionOf(minus(point(1), point(0)));
    const y = x && directionOf(cross(minus(point(2), point(0)), x));
    if (!x || !y) throw new RangeError("it must be three points that lie on no line");
    const matrix = rotationOnto(x, y, cross(x, y));
    const [u, v, w] = point(0);
    return (splats) => {
      const translation = [-u, -v, -w] as const;
      placeSplats(splats, { rotation: IDENTITY3, scale: [1, 1, 1], translation });
      return turnSplats(splats, matrix);
    };
  },
};
