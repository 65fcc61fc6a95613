import { keepWhere } from "../../splats.ts";
import { numbersOf, type SplatActionDefinition } from "../action.ts";

/** Keeps the Gaussians in a ball. */
export const filterSphere: SplatActionDefinition = {
  letter: "S",
  value: "X,Y,Z,RADIUS",
  each: true,
  help: "Keep Gaussians whose centre lies no further from this point",
  parse(value) {
    const [x, y, z, radius] = numbersOf(value, 4) as [number, number, number, number];
    if (radius < 0) throw new RangeError("its radius must not be negative");
    return (splats) => {
      const { positions } = splats;
      return keepWhere(
        splats,
        (i) =>
          (positions[3 * i]! - x) ** 2 + (positions[3 * i + 1]! - y) ** 2 +
              (positions[3 * i + 2]! - z) ** 2 <= radius * radius,
      );
    };
  },
};
