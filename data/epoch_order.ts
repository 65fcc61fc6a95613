import { PhiloxStream } from "./philox.ts";

/** How an epoch's samples are ordered and shared out. */
export type EpochOptions = {
  /** Samples of the whole set. */
  count: number;
  seed: number;
  shuffle: boolean;
  /** This process among `ranks`, from 0. */
  rank: number;
  ranks: number;
};

/** Samples per epoch of one rank. */
export function epochLength({ count, shuffle, rank, ranks }: EpochOptions): number {
  // In training every rank must take equally many steps, so the first samples come twice to fill the
  // last round, as PyTorch's DistributedSampler has it; an evaluation must see each sample exactly once.
  return shuffle ? Math.ceil(count / ranks) : Math.ceil((count - rank) / ranks);
}

/** Indices of one rank's samples in one epoch: a pure function of its arguments. */
export function epochOrder(options: EpochOptions, epoch: number): Uint32Array {
  const { count, seed, shuffle, rank, ranks } = options;
  const all = shuffle
    ? new PhiloxStream(seed, 4, epoch).permutation(count)
    : Uint32Array.from({ length: count }, (_, i) => i);
  return Uint32Array.from(
    { length: epochLength(options) },
    (_, i) => all[(rank + i * ranks) % count]!,
  );
}
