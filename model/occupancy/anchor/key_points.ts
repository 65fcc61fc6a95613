import { Kernel } from "../../../gpu/kernel.ts";
import { checkShapes } from "../../../gpu/shape.ts";
import { record } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { quaternionSnippet } from "../../../gpu/wgsl/quaternion.ts";
import { type AnchorRanges, rangeUniforms } from "./anchor.ts";
import { safeSigmoidSnippet } from "./safe_sigmoid.ts";
import backwardSource from "./key_points_backward.wgsl" with { type: "text" };
import forwardSource from "./key_points.wgsl" with { type: "text" };

const include = [quaternionSnippet, safeSigmoidSnippet];
const forward = new Kernel("model/occupancy/anchor/key_points.wgsl", forwardSource, {
  include,
});
const backward = new Kernel(
  "model/occupancy/anchor/key_points_backward.wgsl",
  backwardSource,
  {
    include,
  },
);

/**
 * Points at which a Gaussian looks at the pictures [G, fixed + learned, 3] in metres: local offsets
 * times its scales, turned by R^T and moved to its mean. From anchors [G, width >= 10] (raw), learned
 * offsets [G, learned, 3] (raw: (safe_sigmoid - 1/2) factor) and fixed ones [fixed, 3]; the fixed ones
 * come first and get no gradient.
 */
export function keyPoints(
  anchor: Tensor,
  learned: Tensor,
  offsets: Tensor,
  { factor, ...ranges }: AnchorRanges & { readonly factor: number },
): Tensor {
  const { gaussians, width, count, fixed } = checkShapes("keyPoints", {
    anchor: [anchor, "gaussians", "width"],
    learned: [learned, "gaussians", "count", 3],
    offsets: [offsets, "fixed", 3],
  });
  if (width < 10) {
    throw new RangeError(
      `Cannot run keyPoints: the anchors have ${width} columns, at least 10 are needed`,
    );
  }
  const { gpu } = anchor;
  const y = Tensor.empty(gpu, [gaussians, fixed + count, 3]);
  const { low, ...decode } = rangeUniforms(ranges);
  const uniforms = { ...decode, gaussians, width, fixed, learned: count, factor };
  forward.dispatch(gpu, { anchor, learned, offsets, y }, { ...uniforms, low }, {
    threads: y.size / 3,
  });
  return record("keyPoints", [anchor, learned], y, (dy, needs) => {
    const danchor = Tensor.empty(gpu, anchor.shape);
    const dlearned = Tensor.empty(gpu, learned.shape);
    backward.dispatch(gpu, { anchor, learned, offsets, dy, danchor, dlearned }, uniforms, {
      threads: gaussians,
    });
    return [needs[0] ? danchor : null, needs[1] ? dlearned : null];
  });
}
