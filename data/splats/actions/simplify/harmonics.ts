import { type ShDegree, withDegree } from "../../splats.ts";
import { numberOf, type SplatActionDefinition } from "../action.ts";

const degreeOf = (value: string) => numberOf(value, { min: 0, max: 3, integer: true }) as ShDegree;

/** Cuts harmonics off. */
export const filterHarmonics: SplatActionDefinition = {
  letter: "H",
  value: "DEGREE",
  each: true,
  help: "Cut harmonics off above this degree, 0 to 3",
  parse(value) {
    const degree = degreeOf(value);
    return (splats) => withDegree(splats, Math.min(degree, splats.degree) as ShDegree);
  },
};

/** Gives harmonics a degree. */
export const shDegree: SplatActionDefinition = {
  value: "DEGREE",
  each: true,
  help: "Cut harmonics off above this degree, or fill up to it with zeros",
  parse(value) {
    const degree = degreeOf(value);
    return (splats) => withDegree(splats, degree);
  },
};
