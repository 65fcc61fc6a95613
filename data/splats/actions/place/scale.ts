import { IDENTITY3 } from "../../../geometry/matrix3.ts";
import { placeSplats } from "../../turn/place_splats.ts";
import { numberOf, type SplatActionDefinition } from "../action.ts";

/** Scales all Gaussians about the origin. */
export const scale: SplatActionDefinition = {
  letter: "s",
  value: "FACTOR",
  each: true,
  help: "Scale about the origin, sizes too",
  parse(value) {
    const factor = numberOf(value, { min: Number.MIN_VALUE });
    return (splats) =>
      placeSplats(splats, {
        rotation: IDENTITY3,
        scale: [factor, factor, factor],
        translation: [0, 0, 0],
      });
  },
};
