import { Kernel } from "../../../../gpu/kernel.ts";
import { checkShapes } from "../../../../gpu/shape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import source from "./density_marks.wgsl" with { type: "text" };
import { inRows } from "../../../../gpu/binding/rows.ts";

const kernel = new Kernel("model/splat/strategies/default/density_marks.wgsl", source);

/** When a Gaussian grows and when it goes. */
export interface DensityLimits {
  /** Least mean gradient by the place on the screen, in units of half the picture. */
  readonly threshold: number;
  /** Largest standard deviation of those that are doubled; larger ones are split. */
  readonly size: number;
  readonly leastOpacity: number;
  /** Largest standard deviation of all; 0 for no limit. */
  readonly largest: number;
}

/** Flags u32 [n], 1 or 0. */
export interface DensityMarks {
  readonly stays: Tensor;
  readonly doubles: Tensor;
  readonly splits: Tensor;
  /** All that split, those whose children are pruned at once too. */
  readonly parents: Tensor;
  /** u32 [4]: doubled, split, rows gone as too faint, rows gone as too large. */
  readonly counts: Tensor;
}

/**
 * Marks what becomes of each Gaussian of a 3DGS training: sums [n, 2] of gradients and pictures,
 * logScales [n, 3], opacity [n] as logits.
 */
export function densityMarks(
  { sums, logScales, opacity }: {
    readonly sums: Tensor;
    readonly logScales: Tensor;
    readonly opacity: Tensor;
  },
  limits: DensityLimits,
): DensityMarks {
  const { n } = checkShapes("densityMarks", {
    sums: [sums, "n", 2],
    logScales: [logScales, "n", 3],
    opacity: [opacity, "n"],
  });
  const { gpu } = sums;
  const flags = () => Tensor.empty(gpu, [n], "u32");
  const marks = { stays: flags(), doubles: flags(), splits: flags(), parents: flags() };
  const counts = Tensor.zeros(gpu, [4], "u32");
  const { threshold, size, leastOpacity, largest } = limits;
  inRows(n, { sums, log_scales: logScales, opacity, ...marks }, (pieces, count) => {
    kernel.dispatch(
      gpu,
      { ...pieces, counts },
      { count, threshold, size, least_opacity: leastOpacity, largest },
      { threads: count },
    );
  });
  return { ...marks, counts };
}
