import { Kernel } from "../../../gpu/kernel.ts";
import { checkShapes } from "../../../gpu/shape.ts";
import { record } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { sinCosSnippet } from "../../../gpu/wgsl/sin_cos.ts";
import { type AnchorRanges, rangeUniforms } from "./anchor.ts";
import { safeSigmoidSnippet } from "./safe_sigmoid.ts";
import source from "./position.wgsl" with { type: "text" };

const kernel = new Kernel("model/occupancy/anchor/position.wgsl", source, {
  include: [safeSigmoidSnippet, sinCosSnippet],
});

/**
 * How three numbers place a point in a range: logits of Cartesian fractions, the fractions themselves,
 * or radius, polar angle and azimuth as logits, the azimuth perhaps as turns.
 */
export type PositionKind = "sigmoid" | "clamp" | "spherical" | "sphericalTurns";

const KINDS: Record<PositionKind, number> = {
  sigmoid: 0,
  clamp: 1,
  spherical: 2,
  sphericalTurns: 3,
};

/** Positions [..., 3] in metres of logits or fractions [..., 3] within a range. */
export function decodePosition(
  x: Tensor,
  range: AnchorRanges["range"],
  { kind = "sigmoid" }: { readonly kind?: PositionKind } = {},
): Tensor {
  return run("decodePosition", x, range, KINDS[kind]);
}

/** Logits [..., 3] of positions [..., 3] in metres within a range, clamped to 1e-4 from its ends. */
export function encodePosition(x: Tensor, range: AnchorRanges["range"]): Tensor {
  return run("encodePosition", x, range, 4);
}

function run(op: string, x: Tensor, box: AnchorRanges["range"], KIND: number): Tensor {
  const { leading: count } = checkShapes(op, { x: [x, "...", 3] });
  const { gpu } = x;
  const { low, range } = rangeUniforms({ range: box, scales: [0, 1] });
  const uniforms = { low, range, count };
  const y = Tensor.empty(gpu, x.shape);
  const work = { threads: count };
  kernel.dispatch(gpu, { x, dy: x, y }, uniforms, work, { KIND, BACKWARD: 0 });
  return record(op, [x], y, (dy) => {
    const dx = Tensor.empty(gpu, x.shape);
    kernel.dispatch(gpu, { x, dy, y: dx }, uniforms, work, { KIND, BACKWARD: 1 });
    return [dx];
  });
}
