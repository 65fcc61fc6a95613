import { keepWhere } from "../../splats.ts";
import { numbersOf, type SplatActionDefinition } from "../action.ts";

/** Keeps Gaussians by their size. */
export const filterSize: SplatActionDefinition = {
  value: "MIN[,MAX]",
  each: true,
  help: "Keep Gaussians whose largest standard deviation lies between, in units of the scene",
  parse(value) {
    const [min, max = Infinity] = numbersOf(value, [1, 2]) as [number, number?];
    if (min < 0 || min > max) {
      throw new RangeError("it must be numbers from 0, the first not above the second");
    }
    return (splats) => {
      const { logScales } = splats;
      return keepWhere(splats, (i) => {
        const size = Math.exp(
          Math.max(logScales[3 * i]!, logScales[3 * i + 1]!, logScales[3 * i + 2]!),
        );
        return size >= min && size <= max;
      });
    };
  },
};
