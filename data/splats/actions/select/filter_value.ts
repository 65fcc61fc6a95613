import { keepWhere, restCoefficients, type Splats } from "../../splats.ts";
import type { SplatActionDefinition } from "../action.ts";

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
  eq: (a, b) => a === b,
  neq: (a, b) => a !== b,
};

/** Keeps Gaussians by one stored number. */
export const filterValue: SplatActionDefinition = {
  letter: "V",
  value: "NAME,CMP,VALUE",
  each: true,
  help:
    "Keep Gaussians whose property, named and stored as in PLY files, is lt, lte, gt, gte, eq " +
    "or neq a number: opacity is a logit, scale_0 a logarithm",
  parse(text) {
    const [name = "", comparison = "", word = ""] = text.split(",").map((part) => part.trim());
    const compare = COMPARISONS[comparison];
    const value = word === "" ? NaN : Number(word);
    if (!compare || Number.isNaN(value) || text.split(",").length !== 3) {
      throw new RangeError(
        `it must be a property, one of ${Object.keys(COMPARISONS).join(", ")}, and a number`,
      );
    }
    placeOf(name, 3); // an unknown name is told before anything is read
    return (splats) => {
      const place = placeOf(name, splats.degree);
      const { column, width, at } = place(splats);
      return keepWhere(splats, (i) => compare(column[i * width + at]!, value));
    };
  },
};

interface Place {
  readonly column: Float32Array;
  readonly width: number;
  readonly at: number;
}

/** Where a property of PLY files stands among the columns. */
function placeOf(name: string, degree: Splats["degree"]): (splats: Splats) => Place {
  const axis = ["x", "y", "z"].indexOf(name);
  if (axis >= 0) return ({ positions }) => ({ column: positions, width: 3, at: axis });
  if (name === "opacity") return ({ opacities }) => ({ column: opacities, width: 1, at: 0 });
  const [, kind, digits] = /^(scale|rot|f_dc|f_rest)_(\d+)$/.exec(name) ?? [];
  const n = Number(digits);
  if (kind === "scale" && n < 3) return ({ logScales }) => ({ column: logScales, width: 3, at: n });
  if (kind === "rot" && n < 4) {
    return ({ quaternions }) => ({ column: quaternions, width: 4, at: n });
  }
  if (kind === "f_dc" && n < 3) return ({ shDc }) => ({ column: shDc, width: 3, at: n });
  const coefficients = restCoefficients(degree);
  if (kind === "f_rest" && n < 3 * coefficients) {
    // Channel by channel in the file, coefficient by coefficient here.
    const at = n % coefficients * 3 + Math.floor(n / coefficients);
    return ({ shRest }) => ({ column: shRest, width: 3 * coefficients, at });
  }
  throw new RangeError(
    `Cannot filter by "${name}": it must be x, y, z, opacity, scale_N, rot_N, f_dc_N or f_rest_N, ` +
      `of which files of degree ${degree} have ${3 * coefficients}`,
  );
}
