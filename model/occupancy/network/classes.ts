import { add, multiply, subtract } from "../../../gpu/ops/array/elementwise/binary.ts";
import { concat } from "../../../gpu/ops/array/move/concat.ts";
import { slice } from "../../../gpu/ops/array/move/slice.ts";
import { argmax } from "../../../gpu/ops/array/reduce/argmax.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import type { AnchorModelConfig } from "../config/anchor_config.ts";
import type { Aggregated } from "./head.ts";

// Two neighbouring f32 below 1 differ by 6e-8: times this, by far more than any score.
const STEEP = 1e30;

/**
 * The class u32 [voxels] that each voxel has: the one of the largest score, or "empty" where the
 * head keeps occupancy apart and that is not above its threshold.
 */
export function classesOf(
  { scores, occupied }: Pick<Aggregated, "scores" | "occupied">,
  { head, task: { empty } }: Pick<AnchorModelConfig, "head" | "task">,
): Tensor {
  if (!occupied) return argmax(scores, 0);
  const { gpu } = scores;
  const threshold = head.kind === "probabilistic" ? head.threshold ?? 0.5 : 0.5;
  return gpu.tidy(() => {
    // 2 at the threshold and more below it, which no score reaches; far below every score above it.
    const short = subtract(Tensor.from(gpu, [Math.fround(threshold)]), occupied);
    const nothing = add(multiply(short, Tensor.from(gpu, [STEEP])), Tensor.from(gpu, [2]));
    const row = nothing.alias([1, occupied.size]);
    return argmax(
      concat([
        ...(empty > 0 ? [slice(scores, 0, 0, empty)] : []),
        row,
        ...(empty + 1 < scores.rows ? [slice(scores, 0, empty + 1, scores.rows)] : []),
      ]),
      0,
    );
  });
}

/** A matrix with a column of zeros more, which becomes its column `at`: a class that nothing has. */
export function withZeroColumn(x: Tensor, at: number): Tensor {
  const [rows, columns] = x.shape as [number, number];
  const zeros = Tensor.zeros(x.gpu, [rows, 1]);
  if (at === columns) return concat([x, zeros], 1);
  const after = slice(x, 1, at, columns);
  return concat(at === 0 ? [zeros, after] : [slice(x, 1, 0, at), zeros, after], 1);
}
