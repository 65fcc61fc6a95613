import { type Matrix3, multiply3 } from "../../../geometry/matrix3.ts";
import { turnSplats } from "../../turn/turn_splats.ts";
import { numbersOf, type SplatActionDefinition } from "../action.ts";

/** Rotates all Gaussians about the origin, harmonics too. */
export const rotate: SplatActionDefinition = {
  letter: "r",
  value: "X,Y,Z",
  each: true,
  help: "Rotate about the origin by degrees about x, then y, then z",
  parse(value) {
    const [x, y, z] = numbersOf(value, 3) as [number, number, number];
    const matrix = multiply3(about(2, z), multiply3(about(1, y), about(0, x)));
    return (splats) => turnSplats(splats, matrix);
  },
};

/** The rotation about an axis by degrees, exact for quarter turns. */
function about(axis: number, degrees: number): Matrix3 {
  const quarter = ((degrees % 360) + 360) % 360 / 90;
  const [c, s] = Number.isInteger(quarter)
    ? [[1, 0], [0, 1], [-1, 0], [0, -1]][quarter]! as [number, number]
    : [Math.cos(degrees * Math.PI / 180), Math.sin(degrees * Math.PI / 180)];
  return ([
    [1, 0, 0, 0, c, -s, 0, s, c],
    [c, 0, s, 0, 1, 0, -s, 0, c],
    [c, -s, 0, s, c, 0, 0, 0, 1],
  ] as const)[axis]!;
}
