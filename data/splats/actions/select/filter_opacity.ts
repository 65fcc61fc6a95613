import { sigmoid } from "../../activation.ts";
import { keepWhere } from "../../splats.ts";
import { numbersOf, type SplatActionDefinition } from "../action.ts";

/** Keeps Gaussians by their opacity. */
export const filterOpacity: SplatActionDefinition = {
  value: "MIN[,MAX]",
  each: true,
  help: "Keep Gaussians whose opacity, 0 to 1, lies between",
  parse(value) {
    const [min, max = 1] = numbersOf(value, [1, 2]) as [number, number?];
    if (min < 0 || min > max || max > 1) {
      throw new RangeError("it must be numbers from 0 to 1, the first not above the second");
    }
    return (splats) =>
      keepWhere(splats, (i) => {
        const opacity = sigmoid(splats.opacities[i]!);
        return opacity >= min && opacity <= max;
      });
  },
};
