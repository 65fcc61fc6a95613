import { mortonOrder } from "../morton.ts";
import { selectSplats } from "../splats.ts";
import type { SplatActionDefinition } from "./action.ts";

/** Sorts Gaussians along a curve that keeps neighbours together. */
export const sortMorton: SplatActionDefinition = {
  letter: "M",
  value: null,
  help: "Order Gaussians along a Morton curve, so that files compress better",
  parse: () => (splats) => selectSplats(splats, mortonOrder(splats.positions)),
};
