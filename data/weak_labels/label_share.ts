/** One of several processes that label neighbouring key frames each: where they stand side by side. */
export type LabelShare = {
  /** From 0. */
  rank: number;
  ranks: number;
};

/** The key frames of a share, from one and up to another: neighbours share what they read of a street. */
export function framesOfShare(
  count: number,
  { rank, ranks }: LabelShare = { rank: 0, ranks: 1 },
): [from: number, to: number] {
  return [Math.floor(count * rank / ranks), Math.floor(count * (rank + 1) / ranks)];
}

/** The report of all shares: numbers are added up, and of what is told once the first has the word. */
export function reportOfShares<T extends object>(reports: readonly T[]): T {
  const [first, ...others] = reports;
  const sum = { ...first! } as Record<string, unknown>;
  for (const report of others) {
    for (const [key, value] of Object.entries(report)) {
      sum[key] = typeof value === "number" ? sum[key] as number + value : sum[key] ?? value;
    }
  }
  return sum as T;
}
