import { inRows } from "../../../../gpu/binding/rows.ts";
import { Kernel } from "../../../../gpu/kernel.ts";
import { checkShapes } from "../../../../gpu/shape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import source from "./dead_marks.wgsl" with { type: "text" };

const kernel = new Kernel("model/splat/strategies/mcmc/dead_marks.wgsl", source);

/** Which Gaussians are dead, and how the others weigh. */
export interface DeadMarks {
  /** u32 [n], 1 where the opacity is not above the least. */
  readonly dead: Tensor;
  /** Opacities f32 [n], 0 of the dead. */
  readonly weights: Tensor;
}

/** Marks Gaussians by their opacity [n], a logit. */
export function deadMarks(opacity: Tensor, least: number): DeadMarks {
  const { gpu } = opacity;
  const { n } = checkShapes("deadMarks", { opacity: [opacity, "n"] });
  const marks = { dead: Tensor.empty(gpu, [n], "u32"), weights: Tensor.empty(gpu, [n]) };
  inRows(n, { opacity, ...marks }, (pieces, count) => {
    kernel.dispatch(gpu, pieces, { count, least }, { threads: count });
  });
  return marks;
}
