import type { Gpu } from "../../../../gpu/device.ts";
import type { Schedule } from "../../../../gpu/optim/schedules.ts";
import { Parameter } from "../../../../gpu/parameter.ts";

/** How much the total variation of all grids counts in the loss. */
export const VARIATION_WEIGHT = 10;

/** Nodes along columns, rows and levels. */
export type GridSize = readonly [columns: number, rows: number, levels: number];

/** Grids [pictures, 12, levels, rows, columns] that change nothing: where training starts. */
export function identityGrids(
  gpu: Gpu,
  pictures: number,
  [columns, rows, levels]: GridSize,
): Parameter {
  const nodes = columns * rows * levels;
  const values = new Float32Array(pictures * 12 * nodes);
  for (let picture = 0; picture < pictures; picture++) {
    for (const diagonal of [0, 5, 10]) {
      const start = (12 * picture + diagonal) * nodes;
      values.fill(1, start, start + nodes);
    }
  }
  return new Parameter(gpu, [pictures, 12, levels, rows, columns], values);
}

/**
 * The learning rate of grids: from a hundredth up to `rate` in `warmup` steps, times a decay by a factor
 * of 100 over `length` steps that runs from step 0 on, as in gsplat.
 */
export function gridRate(
  { rate = 0.002, warmup = 1000, length }: {
    readonly rate?: number;
    readonly warmup?: number;
    readonly length: number;
  },
): Schedule {
  return (step) => rate * (0.01 + 0.99 * Math.min(step, warmup) / warmup) * 0.01 ** (step / length);
}
