import type { Ranks } from "./ranks.ts";

/** Where a loader of one rank stands. */
interface Position {
  readonly epoch: number;
  readonly index: number;
}

/**
 * Where each of today's ranks goes on, where a run of another number of ranks stopped: `index` counts the
 * samples of one rank, so what all had seen by then is shared out anew, rounded down.
 */
export function positionAmong(
  { size }: Pick<Ranks, "size">,
  { position: { epoch, index }, ranks = 1 }: {
    readonly position: Position;
    readonly ranks?: number;
  },
): Position {
  return { epoch, index: Math.floor(index * ranks / size) };
}

/** A seed for what each rank draws on its own, such as dropout; that of the run for rank 0. */
export function seedOf(seed: number, { rank }: Pick<Ranks, "rank">): number {
  // Steps of the golden ratio keep the seeds of few ranks far apart.
  return (seed + Math.imul(rank, 0x9e3779b9)) >>> 0;
}
