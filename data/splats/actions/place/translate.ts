import { IDENTITY3 } from "../../../geometry/matrix3.ts";
import { placeSplats } from "../../turn/place_splats.ts";
import { numbersOf, type SplatActionDefinition } from "../action.ts";

/** Moves all Gaussians. */
export const translate: SplatActionDefinition = {
  letter: "t",
  value: "X,Y,Z",
  each: true,
  help: "Move by so much along the axes of PLY files",
  parse(value) {
    const translation = numbersOf(value, 3) as [number, number, number];
    return (splats) => placeSplats(splats, { rotation: IDENTITY3, scale: [1, 1, 1], translation });
  },
};
