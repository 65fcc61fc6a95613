import { assert } from "@std/assert";
import type { CurveRow } from "../../../model/splat/training/train_events.ts";
import type { ReferenceCurve } from "./splat_run.ts";

/** Largest relative difference of the loss by the last iteration it holds for. */
export type LossLimits = readonly (readonly [until: number, limit: number])[];

/** What the trajectories' description asks for of the first thirty iterations. */
export const LOSS_LIMITS: LossLimits = [[1, 3e-6], [10, 1e-5], [30, 3e-5]];

/** Asserts that a run's losses and counts are those of the reference; returns the largest difference. */
export function assertCurve(
  rows: readonly CurveRow[],
  { rows: expected }: ReferenceCurve,
  { limits = LOSS_LIMITS, counts = 0 }: {
    readonly limits?: LossLimits;
    /** Largest share that the number of Gaussians may be off by. */
    readonly counts?: number;
  } = {},
): number {
  assert(rows.length > 0, "no iterations");
  let worst = 0;
  rows.forEach((row, i) => {
    const [iteration, , loss, gaussians, visible, pairs] = expected[i]!;
    assert(row.iteration === iteration, `row ${i} is iteration ${row.iteration}`);
    const difference = Math.abs(row.loss - loss) / loss;
    const limit = limits.find(([until]) => iteration <= until)?.[1] ?? NaN;
    assert(
      difference <= limit,
      `iteration ${iteration}: loss ${row.loss}, the reference's ${loss}, off by ${difference}`,
    );
    assert(
      Math.abs(row.gaussians - gaussians) <= counts * gaussians,
      `iteration ${iteration}: ${row.gaussians} Gaussians, ${gaussians} expected`,
    );
    // Only tiles that a Gaussian shows in count here, all of its square there.
    const most = 1 + counts;
    assert(
      row.visible <= most * visible && row.pairs <= most * pairs,
      `iteration ${iteration}: too many pairs`,
    );
    worst = Math.max(worst, difference);
  });
  return worst;
}
