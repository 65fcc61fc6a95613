import type { Memory, Moment } from "../network/occupancy_network.ts";

/** Key frames further apart than this show another place: what was seen is forgotten. */
const LONGEST_GAP_SECONDS = 2;

/** Whether a key frame comes after another one of its scene, soon enough to go on from it. */
export function follows(now: Moment, before: Moment): boolean {
  const gap = now.seconds - before.seconds;
  return now.scene === before.scene && gap > 0 && gap <= LONGEST_GAP_SECONDS;
}

/** A memory whose tensors stay, whatever scopes are open, until `releaseMemory`. */
export function keptMemory({ tensors, moment }: Memory): Memory {
  const kept = Object.entries(tensors).map(([name, tensor]) =>
    [name, tensor.gpu.lasting(() => tensor.alias())] as const
  );
  return { tensors: Object.fromEntries(kept), moment };
}

/** Gives back what `keptMemory` kept. */
export function releaseMemory({ tensors }: Memory): void {
  for (const tensor of Object.values(tensors)) tensor.release();
}

/** Hands what a network keeps from key frame to key frame, and forgets it where a scene begins. */
export class SceneMemory implements Disposable {
  #memory: Memory | null = null;
  #since = 0;

  /** Key frames that the memory goes back. */
  get since(): number {
    return this.#memory ? this.#since : 0;
  }

  /** What a key frame of this moment may go on from; what was seen elsewhere is forgotten. */
  before(moment: Moment): Memory | null {
    if (this.#memory && !follows(moment, this.#memory.moment)) this.forget();
    return this.#memory;
  }

  /** Keeps what a key frame leaves, if it leaves something. */
  keep(memory: Memory | null | undefined): void {
    const since = this.since + 1;
    // Before what was there is given back, for it may be the same.
    const kept = memory ? keptMemory(memory) : null;
    this.forget();
    this.#memory = kept;
    this.#since = since;
  }

  /** The next key frame starts with nothing seen. */
  forget(): void {
    if (this.#memory) releaseMemory(this.#memory);
    this.#memory = null;
  }

  [Symbol.dispose](): void {
    this.forget();
  }
}
