import type { Gpu } from "../../../gpu/device.ts";
import type { Parts } from "./parts.ts";

/**
 * Draws numbers for this rank's Gaussians from a place of the device's stream that no other rank draws from;
 * all leave the stream at one place. `numbers` says how many so many Gaussians take.
 */
export function ofOwnRun<T>(
  gpu: Gpu,
  { counts, ranks, spread }: Parts,
  { numbers, draw }: { readonly numbers: (count: number) => number; readonly draw: () => T },
): T {
  if (!spread) return draw();
  const { random } = gpu;
  // The stream's counter is of blocks of four numbers.
  const blocks = counts.map((count) => Math.ceil(numbers(count) / 4));
  const before = (rank: number) => blocks.slice(0, rank).reduce((sum, more) => sum + more, 0);
  const first = random.counter;
  random.counter = first + before(ranks.rank);
  const drawn = draw();
  random.counter = first + before(ranks.size);
  return drawn;
}

/**
 * How many of so many draws fall to each rank, by the weight that its Gaussians have in all: shares rounded
 * down, the rest to those with the largest remainders.
 */
export function drawsByRank(weights: readonly number[], draws: number): number[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => all > 0 ? draws * weight / all : draws / weights.length);
  const counts = shares.map(Math.floor);
  const missing = draws - counts.reduce((sum, count) => sum + count, 0);
  const order = shares.map((share, rank) => ({ rank, rest: share - counts[rank]! }))
    .sort((a, b) => b.rest - a.rest || a.rank - b.rank);
  for (const { rank } of order.slice(0, missing)) counts[rank]!++;
  return counts;
}
