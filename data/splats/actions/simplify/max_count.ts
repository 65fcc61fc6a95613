import { byImportance } from "../../importance.ts";
import { selectSplats, type Splats } from "../../splats.ts";
import { numberOf, type SplatActionDefinition } from "../action.ts";

/** Keeps the most important Gaussians. */
export const maxCount: SplatActionDefinition = {
  value: "N",
  help: "Keep this many Gaussians at most, those of largest opacity times volume",
  parse(value) {
    const count = numberOf(value, { min: 0, integer: true });
    return (splats) => keepImportant(splats, count);
  },
};

/**
 * Keeps the `count` Gaussians of largest opacity times volume, in their order; of equally important
 * ones the first. The same input gives the same output.
 */
export function keepImportant(splats: Splats, count: number): Splats {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new RangeError(`Cannot keep ${count} Gaussians: it must be a whole number from 0`);
  }
  if (count >= splats.count) return splats;
  return selectSplats(splats, byImportance(splats).slice(0, count).sort());
}
