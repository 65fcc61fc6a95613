import { attention } from "./geom/attention.ts";
import { covariances } from "./geom/covariance.ts";
import { anchorKeyPoints } from "./geom/key_points.ts";
import { positions } from "./geom/positions.ts";
import { projection } from "./geom/project.ts";
import { refinement } from "./geom/refinement.ts";
import { rotation } from "./geom/rotation.ts";
import type { Arrays, ArraySpec, Operator } from "./operator.ts";

// The first part of which all needed arrays are there is the one that runs, so parts whose arrays are
// among another's come later.
const PARTS: readonly Operator[] = [
  covariances,
  rotation,
  positions,
  anchorKeyPoints,
  projection,
  attention,
  refinement,
];

/** Geometry of Gaussians and cameras; the arrays in the input say which part of it. */
export const geom: Operator = {
  name: "geom",
  summary: PARTS.map((part) => part.summary).join("; "),
  inputs: Object.fromEntries(
    PARTS.flatMap((part) =>
      Object.entries(part.inputs).map(([key, spec]): [string, ArraySpec] => [
        key,
        { ...spec, optional: true },
      ])
    ),
  ),
  part: partFor,
  run: async (gpu, inputs) => await partFor(inputs).run(gpu, inputs),
};

function partFor(inputs: Arrays): Operator {
  const part = PARTS.find((part) => needed(part).every((key) => inputs[key]));
  if (part) return part;
  throw new TypeError(
    `Cannot run geom: the input has ${Object.keys(inputs).join(", ") || "nothing"}, it needs ${
      PARTS.map((part) => needed(part).join(" and ")).join(", or ")
    }`,
  );
}

function needed({ inputs }: Operator): string[] {
  return Object.keys(inputs).filter((key) => !inputs[key]!.optional);
}
