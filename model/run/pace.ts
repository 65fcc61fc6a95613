import type { Gpu } from "../../gpu/device.ts";

/** At most so long no signal and no timer is heard while steps are fast. */
const TURN_MS = 200;
/** Steps that take longer are slow: a run is then no more than a step ahead of the GPU. */
const SLOW_MS = 100;
/** Of the time that a step took on a software adapter, the share that the next one is left alone. */
const SLEPT = 0.9;
/** A sleep of fewer milliseconds is not worth its timer. */
const NAP_MS = 5;

/**
 * Lets signals and timers in between steps, and keeps a run close to a slow GPU, so that it ends soon
 * after it is told to. A turn of the event loop costs 1 to 2 ms, so fast steps share one.
 */
export class Pace {
  #turned = performance.now();
  readonly #started = performance.now();
  #steps = 0;
  #behind: Promise<void> = Promise.resolve();
  #computed = 0;

  constructor(private readonly gpu: Gpu) {}

  /** To be awaited after each step. */
  async next(): Promise<void> {
    this.#steps++;
    if (this.#isSlow(performance.now())) {
      await (this.gpu.tuning.runsAhead ? this.#stepBehind() : this.#wholeStep());
    }
    if (performance.now() - this.#turned < TURN_MS) return;
    await turn(0);
    this.#turned = performance.now();
  }

  /** Waits for the step before this one: the GPU has this one to go on with. */
  async #stepBehind(): Promise<void> {
    const ahead = this.gpu.settle();
    ahead.catch(() => {}); // it is thrown where it is awaited
    await this.#behind;
    this.#behind = ahead;
  }

  /**
   * Waits for this step. To wait for a software adapter blocks the thread (measured: both `mapAsync` and
   * `onSubmittedWorkDone`), in which no Ctrl-C is heard, so most of the time is slept away first.
   */
  async #wholeStep(): Promise<void> {
    this.gpu.commands.submit();
    const from = performance.now();
    const nap = SLEPT * this.#computed;
    if (nap > NAP_MS) {
      await turn(nap);
    }
    await this.gpu.settle();
    this.#computed = performance.now() - from;
  }

  /** Before a step has been waited for, its host time says nothing; then software counts as slow. */
  #isSlow(now: number): boolean {
    if (this.#steps < 20) return !this.gpu.tuning.runsAhead && now - this.#started > SLOW_MS;
    return (now - this.#started) / this.#steps > SLOW_MS;
  }
}

function turn(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
