import type { SplatActionDefinition } from "./action.ts";

/** Accepted for lines written for splat-transform. */
export const filterNan: SplatActionDefinition = {
  letter: "N",
  value: null,
  each: true,
  help: "Accepted: Gaussians that are not finite are always left out",
  parse: () => (splats) => splats,
};
