import { formatDuration } from "./terminal/progress.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** A run of more than this is announced. */
const LONG_S = 3600;
// The first step compiles kernels. So many more are measured: where the GPU goes on by itself the first ones
// are handed over faster than they are computed.
const MEASURED = { software: 2, hardware: 40 };

/** What a run is, for telling how long it takes. */
export interface LongRun {
  /** In all. */
  readonly steps: number;
  /** What they are called. */
  readonly unit: "iterations" | "steps";
  readonly adapter: { readonly description: string; readonly software: boolean };
  /** What would make it short. */
  readonly proposal: string;
}

/** Measures the first steps of a training, and says once what a long one takes and what is shorter. */
export class LongRunWarning {
  readonly #measured: number;
  #seen = -1;
  #first: { readonly step: number; readonly at: number } | null = null;
  #told = false;

  constructor(
    private readonly run: LongRun,
    private readonly terminal: Terminal,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#measured = MEASURED[run.adapter.software ? "software" : "hardware"];
  }

  /** At each step, its number given. */
  tick(step: number): void {
    if (this.#told) return;
    if (this.#first === null || step <= this.#first.step) {
      if (this.#skipFirst(step)) this.#first = { step, at: this.now() };
      return;
    }
    const done = step - this.#first.step;
    if (done < this.#measured) return;
    this.#told = true;
    const each = (this.now() - this.#first.at) / 1000 / done;
    this.#tell(each, each * (this.run.steps - step));
  }

  #tell(each: number, seconds: number): void {
    if (seconds <= LONG_S) return;
    const { steps, unit, adapter: { description, software }, proposal } = this.run;
    this.terminal.complain(
      `${steps} ${unit} take about ${formatDuration(seconds)} here: ${
        formatDuration(each)
      } each on ` +
        `"${description}"${software ? ", which is a software adapter" : ""}`,
    );
    this.terminal.complain(`  hint: ${proposal}; Ctrl-C saves what there is`);
  }

  /** Whether a step before this one has compiled the kernels. */
  #skipFirst(step: number): boolean {
    if (this.#seen < 0) this.#seen = step;
    return step > this.#seen;
  }
}
