import { formatNumber } from "./table.ts";

/** What a running job reports; commands translate their job's events to these. */
export type ProgressEvent =
  /** A task begins; `total` units are expected, `done` of them are there already (a resumed run). */
  | { type: "started"; label: string; total?: number; unit?: string; done?: number }
  /**
   * `done` units are there, with figures worth seeing such as a loss; `slow` ones took longer than the
   * rest will, as the first step of training, which compiles the kernels, and tell nothing of the rate.
   */
  | {
    type: "step";
    done: number;
    figures?: Readonly<Record<string, number | string>>;
    slow?: boolean;
  }
  /** A line that stays. */
  | { type: "note"; text: string }
  /** The task has ended; `text` stays in place of the line. */
  | { type: "finished"; text?: string };

/** Draws events as they come. */
export interface Progress {
  draw(event: ProgressEvent): void;
}

/** How and where a ProgressLine draws. */
export interface ProgressOptions {
  readonly write: (text: string) => void;
  /** One line that is redrawn, else plain lines now and then. */
  readonly interactive: boolean;
  readonly quiet?: boolean;
  readonly columns?: () => number;
  /** Milliseconds; tests pass their own. */
  readonly now?: () => number;
}

const REDRAW_MS = 100;
const PLAIN_LINE_MS = 5000;
const BAR_WIDTH = 20;
const MEMORY_S = 10;

interface Task {
  readonly label: string;
  readonly unit: string;
  readonly total: number | undefined;
  readonly startedAt: number;
  readonly doneAtStart: number;
  rate: Rate;
  done: number;
  figures: Readonly<Record<string, number | string>>;
}

/** Draws one task after the other: a line with bar, rate and time left, or plain lines. */
export class ProgressLine implements Progress {
  readonly #options: ProgressOptions;
  readonly #now: () => number;
  #task: Task | undefined;
  #drawnAt = -Infinity;
  #onScreen = false;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Takes the next event; most of them change nothing on the screen. */
  draw(event: ProgressEvent): void {
    if (this.#options.quiet) return;
    if (event.type === "note") return this.#line(event.text);
    if (event.type === "started") return this.#start(event);
    const task = this.#task;
    if (event.type === "step") {
      if (task === undefined) return;
      if (event.slow) task.rate = new Rate(this.#now());
      else task.rate.add(event.done - task.done, this.#now());
      task.done = event.done;
      if (event.figures) task.figures = event.figures;
      return this.#show(task, false);
    }
    if (task !== undefined && event.text === undefined) this.#line(endLine(task, this.#now()));
    else if (event.text !== undefined) this.#line(event.text);
    this.#task = undefined;
  }

  /** Takes the line off the screen, so that something else can be written there. */
  clear(): void {
    if (this.#onScreen) this.#options.write("\r\x1b[K");
    this.#onScreen = false;
  }

  #start(event: ProgressEvent & { type: "started" }): void {
    const startedAt = this.#now();
    const done = event.done ?? 0;
    this.#task = {
      label: event.label,
      unit: event.unit ?? "step",
      total: event.total,
      startedAt,
      doneAtStart: done,
      rate: new Rate(startedAt),
      done,
      figures: {},
    };
    this.#show(this.#task, true);
  }

  #show(task: Task, atOnce: boolean): void {
    const now = this.#now();
    const pause = this.#options.interactive ? REDRAW_MS : PLAIN_LINE_MS;
    if (!atOnce && now - this.#drawnAt < pause) return;
    this.#drawnAt = now;
    if (!this.#options.interactive) return this.#options.write(`${statusLine(task)}\n`);
    const columns = this.#options.columns?.() ?? 80;
    const line = [...statusLine(task, BAR_WIDTH)].slice(0, Math.max(1, columns - 1)).join("");
    this.#options.write(`\r\x1b[K${line}`);
    this.#onScreen = true;
  }

  #line(text: string): void {
    this.clear();
    this.#options.write(`${text}\n`);
  }
}

/** Units a second over the last ten seconds or so; older ones fade out. */
export class Rate {
  #units = 0;
  #seconds = 0;
  #last: number;

  /** `now` in milliseconds, as for `add`. */
  constructor(now: number) {
    this.#last = now;
  }

  /** `units` more are done at `now`. */
  add(units: number, now: number): void {
    const seconds = (now - this.#last) / 1000;
    // Five steps at least are remembered, however long one of them takes.
    const kept = Math.exp(-seconds / Math.max(MEMORY_S, 5 * seconds));
    this.#units = this.#units * kept + units;
    this.#seconds = this.#seconds * kept + seconds;
    this.#last = now;
  }

  /** Units a second, 0 while nothing is known. */
  get perSecond(): number {
    return this.#seconds > 0 ? this.#units / this.#seconds : 0;
  }
}

/** `4.2 s`, `3 min 05 s`, `2 h 07 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${two(whole % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

function statusLine(task: Task, barWidth = 0): string {
  const { label, unit, total, done, rate, figures } = task;
  const parts: string[] = [];
  // Jobs with few long units tell parts of one.
  const shown = Number(done.toFixed(2));
  if (total === undefined || total <= 0) parts.push(`${label} ${shown} ${unit}s`);
  else {
    const share = Math.min(1, Math.max(0, done / total));
    const full = Math.round(share * barWidth);
    const bar = barWidth === 0 ? "" : ` ${"█".repeat(full)}${"░".repeat(barWidth - full)}`;
    parts.push(`${label}${bar} ${shown}/${total} ${Math.floor(share * 100)}%`);
  }
  if (rate.perSecond > 0) {
    parts.push(
      rate.perSecond >= 1
        ? `${formatNumber(Number(rate.perSecond.toPrecision(3)))} ${unit}s/s`
        : `${formatDuration(1 / rate.perSecond)}/${unit}`,
    );
    if (total !== undefined && done < total) {
      parts.push(`${formatDuration((total - done) / rate.perSecond)} left`);
    }
  }
  return [...parts, ...figureTexts(figures)].join(", ");
}

function endLine(task: Task, now: number): string {
  const { label, unit, done, doneAtStart, startedAt, figures } = task;
  const made = done - doneAtStart;
  const spent = `${label}: ${made} ${unit}${made === 1 ? "" : "s"} in ` +
    formatDuration((now - startedAt) / 1000);
  return [spent, ...figureTexts(figures)].join(", ");
}

function figureTexts(figures: Readonly<Record<string, number | string>>): string[] {
  return Object.entries(figures).map(([name, value]) =>
    `${name} ${typeof value === "number" ? formatNumber(value) : value}`
  );
}
