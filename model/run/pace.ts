import type { Gpu } from "../../gpu/device.ts";

/** At most so long no signal and no timer is heard. */
const TURN_MS = 200;
/** Steps that take longer are slow: a run is then at most one step ahead of the GPU. */
const SLOW_MS = 100;

/**
 * Lets signals and timers in between steps, and keeps a run close to a slow GPU, so that it ends soon
 * after it is told to. A turn of the event loop costs 1 to 2 ms, so fast steps share one.
 */
export class Pace {
  #turned = performance.now();
  readonly #started = performance.now();
  #steps = 0;
  #behind: Promise<void> = Promise.resolve();

  constructor(private readonly gpu: Gpu) {}

  /** To be awaited after each step. */
  async next(): Promise<void> {
    this.#steps++;
    const now = performance.now();
    if (this.#isSlow(now)) {
      const ahead = this.gpu.settle();
      ahead.catch(() => {}); // it is thrown where it is awaited
      await this.#behind;
      this.#behind = ahead;
    }
    if (now - this.#turned < TURN_MS) return;
    await new Promise((turn) => setTimeout(turn, 0));
    this.#turned = performance.now();
  }

  /** Before a step has been waited for, its host time says nothing; then software counts as slow. */
  #isSlow(now: number): boolean {
    if (this.#steps < 20) return !this.gpu.tuning.runsAhead && now - this.#started > SLOW_MS;
    return (now - this.#started) / this.#steps > SLOW_MS;
  }
}
