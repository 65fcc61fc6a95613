import { pack } from "../../../../gpu/binding/packed.ts";
import { Kernel, type Snippet } from "../../../../gpu/kernel.ts";
import { checkShapes } from "../../../../gpu/shape.ts";
import { recordAll } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { quaternionSnippet } from "../../../../gpu/wgsl/quaternion.ts";
import { safeSigmoidSnippet } from "../../anchor/safe_sigmoid.ts";
import backwardSource from "./refine_superquadrics_backward.wgsl" with { type: "text" };
import forwardSource from "./refine_superquadrics.wgsl" with { type: "text" };
import placeSource from "./superquadric_place.wgsl" with { type: "text" };

const place: Snippet = {
  path: "model/occupancy/superocc/superquadrics/superquadric_place.wgsl",
  source: placeSource,
};
const include = [quaternionSnippet, safeSigmoidSnippet, place];
const forward = new Kernel(
  "model/occupancy/superocc/superquadrics/refine_superquadrics.wgsl",
  forwardSource,
  { include },
);
const backward = new Kernel(
  "model/occupancy/superocc/superquadrics/refine_superquadrics_backward.wgsl",
  backwardSource,
  { include },
);

/** Numbers of a superquadric: offset, scale, quaternion (w, x, y, z), opacity, u, v. */
export const SUPERQUADRIC_WIDTH = 13;

/** What the raw numbers of superquadrics decode to. */
export interface SuperquadricRanges {
  /** Low and high corner of the grid, metres. */
  readonly range: readonly number[];
  /** Half axes, metres. */
  readonly scales: readonly [number, number];
  /** Exponent across the local xy. */
  readonly u: readonly [number, number];
  /** Exponent along the local z. */
  readonly v: readonly [number, number];
  /** How far a superquadric may be from its query along each axis, metres. */
  readonly step: readonly [number, number, number];
}

/** Superquadrics as a layer of the decoder emits them, those of a query one after the other. */
export interface RefinedSuperquadrics {
  /** [n, 3]: centres in fractions of the range, without gradient. */
  readonly points: Tensor;
  /** The same in metres. */
  readonly means: Tensor;
  /** [n, 3] in metres. */
  readonly scales: Tensor;
  /** Unit quaternions [n, 4] (w, x, y, z). */
  readonly rotations: Tensor;
  /** [n] */
  readonly opacities: Tensor;
  /** [n, 2]: u and v. */
  readonly exponents: Tensor;
}

/**
 * Superquadrics around their queries (SuperOcc): raw [n, 13] of the regression branch, several a
 * query, centres [queries, 3] in metres, which get no gradient. All numbers are sigmoids but the
 * quaternion, which is normalised; the centres stay within the range.
 */
export function refineSuperquadrics(
  raw: Tensor,
  centres: Tensor,
  { range: box, scales, u, v, step }: SuperquadricRanges,
): RefinedSuperquadrics {
  const { count, queries } = checkShapes("refineSuperquadrics", {
    raw: [raw, "count", SUPERQUADRIC_WIDTH],
    centres: [centres, "queries", 3],
  });
  if (count % queries) {
    throw new RangeError(
      `Cannot run refineSuperquadrics: ${count} superquadrics of ${queries} queries, each must have as many`,
    );
  }
  const { gpu } = raw;
  const shared = {
    count,
    each: count / queries,
    low: box.slice(0, 3),
    range: [0, 1, 2].map((axis) => box[axis + 3]! - box[axis]!),
    step,
    scale_range: scales[1] - scales[0],
    exponent_range: [u[1] - u[0], v[1] - v[0]],
  };
  const refined: RefinedSuperquadrics = {
    points: Tensor.empty(gpu, [count, 3]),
    means: Tensor.empty(gpu, [count, 3]),
    scales: Tensor.empty(gpu, [count, 3]),
    rotations: Tensor.empty(gpu, [count, 4]),
    opacities: Tensor.empty(gpu, [count]),
    exponents: Tensor.empty(gpu, [count, 2]),
  };
  forward.dispatch(
    gpu,
    { raw, centres, ...refined },
    { ...shared, scale_low: scales[0], exponent_low: [u[0], v[0]] },
    { threads: count },
  );
  const { points: _, ...parts } = refined;
  recordAll("refineSuperquadrics", [raw], Object.values<Tensor>(parts), (gradients) => {
    const draw = Tensor.empty(gpu, raw.shape);
    const [dmeans, dscales, drotations, dopacities, dexponents] = gradients;
    const given = gradients.reduce((bits, gradient, i) => bits | (Number(!!gradient) << i), 0);
    const upstream = pack(gpu, {
      ...dmeans && { dmeans },
      ...dscales && { dscales },
      ...drotations && { drotations },
      ...dopacities && { dopacities },
      ...dexponents && { dexponents },
    });
    const starts = { dmeans: 0, dscales: 0, drotations: 0, dopacities: 0, dexponents: 0 };
    backward.dispatch(
      gpu,
      { raw, centres, parts: upstream.packed.as("f32"), draw },
      { ...shared, given, ...starts, ...upstream.at },
      { threads: count },
    );
    return [draw];
  });
  return refined;
}
