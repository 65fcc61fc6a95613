import type { RunWishes } from "../run.ts";
import type { Ranks } from "./ranks.ts";

/**
 * What is asked of a run from outside, as all ranks understand it: a signal reaches one rank before
 * another, and one that stopped alone would leave the others waiting. Each asks at every step.
 */
export class AgreedWishes implements RunWishes {
  readonly #stop = new AbortController();
  #save = false;

  constructor(private readonly ranks: Ranks, private readonly own: RunWishes) {}

  /** Raised on all ranks at the same step. */
  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  /** Whether a checkpoint is wished for now; true once for each wish. */
  readonly saveNow = (): boolean => {
    const now = this.#save;
    this.#save = false;
    return now;
  };

  /** Tells the others what this one was asked, and takes over what they were. */
  async agree(): Promise<void> {
    const { stop, saveNow } = this.own;
    const asked = Uint32Array.of(Number(stop?.aborted ?? false), Number(saveNow?.() ?? false));
    await this.ranks.sum(asked);
    if (asked[0]) this.#stop.abort();
    if (asked[1]) this.#save = true;
  }
}
