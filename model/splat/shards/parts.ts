import type { Ranks } from "../../run/ranks/ranks.ts";

/** Which Gaussians are whose: each rank owns a run of them, one run after the other, in their order. */
export class Parts {
  #counts: readonly number[];

  /** `ranks` are those that Gaussians are spread over: one where each process holds all of them. */
  constructor(readonly ranks: Ranks, counts: readonly number[]) {
    this.#counts = counts;
  }

  /** How many each rank owns. */
  get counts(): readonly number[] {
    return this.#counts;
  }

  /** How many there are in all. */
  get total(): number {
    return sumOf(this.#counts);
  }

  /** How many come before this rank's. */
  get first(): number {
    return sumOf(this.#counts.slice(0, this.ranks.rank));
  }

  /** Whether this process has some of them only. */
  get spread(): boolean {
    return this.ranks.size > 1;
  }

  /** Numbers of each rank, by rank. */
  async table(own: readonly number[]): Promise<number[][]> {
    const all = await this.ranks.gather(new Uint8Array(Float64Array.from(own).buffer));
    // boxed: a few numbers a rank
    return all.map((bytes) => [...new Float64Array(bytes.slice().buffer)]);
  }

  /** Takes note of how many this rank owns now. */
  async settle(own: number): Promise<void> {
    this.#counts = (await this.table([own])).map(([count]) => count!);
  }
}

/** Runs that differ by one at the most. */
export function evenParts(total: number, ranks: number): number[] {
  const cut = (rank: number) => Math.floor(total * rank / ranks);
  return Array.from({ length: ranks }, (_, rank) => cut(rank + 1) - cut(rank));
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
