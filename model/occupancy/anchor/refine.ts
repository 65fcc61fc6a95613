import { pack } from "../../../gpu/binding/packed.ts";
import { Kernel } from "../../../gpu/kernel.ts";
import { checkShapes } from "../../../gpu/shape.ts";
import { recordAll } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { quaternionSnippet } from "../../../gpu/wgsl/quaternion.ts";
import { type AnchorRanges, rangeUniforms } from "./anchor.ts";
import { safeSigmoidSnippet } from "./safe_sigmoid.ts";
import backwardSource from "./refine_backward.wgsl" with { type: "text" };
import forwardSource from "./refine.wgsl" with { type: "text" };

const include = [quaternionSnippet, safeSigmoidSnippet];
const forward = new Kernel("model/occupancy/anchor/refine.wgsl", forwardSource, { include });
const backward = new Kernel("model/occupancy/anchor/refine_backward.wgsl", backwardSource, {
  include,
});

/** How a refinement reads its raw output. */
export interface RefineOptions extends AnchorRanges {
  /** 1: the position moves in logits (GaussianFormer); 2: in metres (GaussianFormer-2). */
  readonly version: 1 | 2;
  /** How far a position moves at most, in metres (version 1: at the middle of the range). */
  readonly unit: readonly [number, number, number];
  /** Whether column 10 is an opacity logit; the semantics follow. */
  readonly opacity?: boolean;
  readonly semantics?: "identity" | "softplus";
  /** Share of the range at each of its ends that no refined position reaches (version 2); 1e-4 if not given. */
  readonly margin?: number;
}

/** Gaussians as a block of the encoder emits them. */
export interface Refined {
  /** New anchors [G, width], the quaternion normalised. */
  readonly anchor: Tensor;
  /** [G, 3] in metres. */
  readonly means: Tensor;
  /** [G, 3] in metres. */
  readonly scales: Tensor;
  /** Unit quaternions [G, 4] (w, x, y, z). */
  readonly rotations: Tensor;
  /** [G, 1], or [G, 0] without opacity. */
  readonly opacities: Tensor;
  /** u and v [G, 2] of superquadrics; absent of Gaussians. */
  readonly exponents?: Tensor;
  /** [G, classes] */
  readonly semantics: Tensor;
}

/**
 * Refinement of Gaussians: raw [G, width] is the output of its MLP, anchor [G, width] the old one. Only
 * the position is a step from the old one; scale, quaternion, opacity and semantics are replaced.
 */
export function refine(raw: Tensor, anchor: Tensor, options: RefineOptions): Refined {
  const { version, unit, opacity = true, semantics: activation = "identity", margin = 1e-4 } =
    options;
  const { gaussians, width } = checkShapes("refine", {
    raw: [raw, "gaussians", "width"],
    anchor: [anchor, "gaussians", "width"],
  });
  const classes = width - 10 - Number(opacity);
  if (classes < 1) {
    throw new RangeError(
      `Cannot run refine: the anchors have ${width} columns, at least ${
        width - classes + 1
      } are needed`,
    );
  }
  const { gpu } = raw;
  const { low, scale_low, range, scale_range } = rangeUniforms(options);
  const uniforms = {
    gaussians,
    width,
    opacity: Number(opacity),
    softplus: Number(activation === "softplus"),
    range,
    scale_range,
    margin,
    // A logit's step of 4 / range moves the position by a unit where the sigmoid is steepest, 1/4.
    step: unit.map((length, axis) => (version === 1 ? 4 : 1) * length / range[axis]!),
  };
  const work = { threads: gaussians };
  const constants = { METRIC: Number(version === 2) };
  const refined = {
    anchor: Tensor.empty(gpu, [gaussians, width]),
    means: Tensor.empty(gpu, [gaussians, 3]),
    scales: Tensor.empty(gpu, [gaussians, 3]),
    rotations: Tensor.empty(gpu, [gaussians, 4]),
    opacities: Tensor.empty(gpu, [gaussians, Number(opacity)]),
    semantics: Tensor.empty(gpu, [gaussians, classes]),
  };
  const { anchor: y, ...parts } = refined;
  forward.dispatch(
    gpu,
    { raw, anchor, y, ...parts },
    { ...uniforms, low, scale_low },
    work,
    constants,
  );
  recordAll("refine", [raw, anchor], [y, ...Object.values(parts)], (gradients, needs) => {
    const draw = Tensor.empty(gpu, raw.shape);
    const danchor = Tensor.empty(gpu, anchor.shape);
    const [dy, dmeans, dscales, drotations, dopacities, dsemantics] = gradients;
    const given = gradients.reduce((bits, gradient, i) => bits | (Number(!!gradient) << i), 0);
    const upstream = pack(gpu, {
      ...dmeans && { dmeans },
      ...dscales && { dscales },
      ...drotations && { drotations },
      ...dopacities && { dopacities },
      ...dsemantics && { dsemantics },
    });
    const starts = { dmeans: 0, dscales: 0, drotations: 0, dopacities: 0, dsemantics: 0 };
    backward.dispatch(
      gpu,
      { raw, anchor, dy: dy ?? raw, parts: upstream.packed.as("f32"), draw, danchor },
      { ...uniforms, given, ...starts, ...upstream.at },
      work,
      constants,
    );
    return [needs[0] ? draw : null, needs[1] ? danchor : null];
  });
  return refined;
}
