import type { Gpu } from "../../../gpu/mod.ts";
import { scaledSteps, type SplatConfig } from "../../../model/splat/mod.ts";
import { formatDuration } from "../../terminal/progress.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** What `--quick` makes of the usual 30 000 iterations: minutes on either kind of adapter. */
const QUICK = {
  software: { iterations: 1000, divide: 8 },
  hardware: { iterations: 7000, divide: 1 },
} as const;

/** The settings for a first look; pictures are reduced unless a resolution was asked for. */
export function quickConfig(
  config: SplatConfig,
  { software }: { readonly software: boolean },
): SplatConfig {
  const { iterations, divide } = QUICK[software ? "software" : "hardware"];
  const factor = Math.min(1, iterations / config.iterations);
  const resolution = config.resolution === -1 && divide > 1 ? divide : config.resolution;
  return { ...scaledSteps(config, factor), resolution };
}

/** A run of more than this is announced. */
const LONG_S = 3600;
// The first iteration compiles kernels; so many more are measured.
const MEASURED = 2;

/** Measures the first iterations of a training on a software adapter, and says what a long one takes. */
export class LongRunWarning {
  #first: { readonly iteration: number; readonly at: number } | null = null;
  #told = false;

  constructor(
    private readonly gpu: Gpu,
    private readonly config: SplatConfig,
    private readonly terminal: Terminal,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Before each iteration; on these adapters the host is at most one ahead. */
  tick(iteration: number): void {
    if (this.#told || !this.gpu.name.software) return;
    if (this.#first === null || iteration <= this.#first.iteration) {
      if (this.#skipFirst(iteration)) this.#first = { iteration, at: this.now() };
      return;
    }
    const done = iteration - this.#first.iteration;
    if (done < MEASURED) return;
    this.#told = true;
    const each = (this.now() - this.#first.at) / 1000 / done;
    const seconds = each * (this.config.iterations - iteration);
    if (seconds <= LONG_S) return;
    this.terminal.complain(
      `${this.config.iterations} iterations take about ${formatDuration(seconds)} here: ` +
        `${
          formatDuration(each)
        } each on "${this.gpu.name.description}", which is a software adapter`,
    );
    this.terminal.complain(
      `  hint: ${this.#proposal()}; Ctrl-C saves what there is`,
    );
  }

  #seen = -1;

  /** Whether an iteration before this one has compiled the kernels. */
  #skipFirst(iteration: number): boolean {
    if (this.#seen < 0) this.#seen = iteration;
    return iteration > this.#seen;
  }

  #proposal(): string {
    const { iterations, divide } = QUICK.software;
    const factor = (iterations / this.config.iterations).toPrecision(2);
    const reduced = this.config.resolution === -1 ? `-r ${divide}, ` : "";
    return `--quick takes minutes: ${reduced}${iterations} iterations and the schedule with them ` +
      `(--steps-scaler ${Number(factor)} alone does that)`;
  }
}
