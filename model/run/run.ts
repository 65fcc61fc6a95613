import type { Gpu } from "../../gpu/device.ts";
import { handOver } from "./checkpoint.ts";
import { assertFinite } from "./finite.ts";
import { Pace } from "./pace.ts";
import { type RunFiles, RunFolder } from "./run_folder.ts";
import type { RunStore } from "./run_store.ts";
import { StepLog } from "./step_log.ts";
import type { RunNews, Trainee, TraineeState } from "./trainee.ts";

/** What is asked of a run from outside while it goes on. */
export interface RunWishes {
  /** Ends the run after the step in work once this is raised, with a checkpoint to go on from. */
  readonly stop?: AbortSignal | undefined;
  /** Whether a checkpoint is wished for now; true once for each wish. */
  readonly saveNow?: (() => boolean) | undefined;
}

/** What to run, and when to do what is not done at every step. */
export interface RunOptions<Event, T extends Trainee<Event>> extends RunWishes {
  /** Steps in all. */
  readonly steps: number;
  /** The folder that the run is kept in; none unless given. */
  readonly files?: RunFiles<Event, T> | undefined;
  /** What keeps the run in place of a folder. */
  readonly store?: RunStore<Event, T> | undefined;
  /** Finds out, before anything is made, whether the run fits; throws where it does not. */
  readonly rehearse?: () => AsyncGenerator<Event, void>;
  /** Makes what is trained, in the state of the checkpoint that the run goes on from. */
  readonly prepare: () => AsyncGenerator<Event, T>;
  /** Steps between readings of the figures. */
  readonly logEvery: number;
  /** So many steps in a row whose numbers are not finite end the run, for they will not mend themselves. */
  readonly maxSkipped?: number | undefined;
  readonly evaluates?: ((step: number) => boolean) | undefined;
  /** Without it nothing is published, not at a stop either. */
  readonly publishes?: ((step: number) => boolean) | undefined;
  readonly saves?: ((step: number) => boolean) | undefined;
}

/** What a run is at: what fails then decides what can be saved. */
type Phase = "between steps" | "forward" | "update" | "saving";

/**
 * Trains step by step and tells what happens. Nothing but this takes the lock of a run's folder, saves,
 * stops or ends a run. Whatever ends it early, what it had by then is saved first.
 */
export async function* run<Event, T extends Trainee<Event>>(
  gpu: Gpu,
  options: RunOptions<Event, T>,
): AsyncGenerator<Event, void, void> {
  using folder = options.files ? new RunFolder(options.files) : options.store ?? null;
  if (options.rehearse) yield* options.rehearse();
  const trainee = yield* options.prepare();
  try {
    await folder?.begin(trainee);
    const going = new GoingRun(gpu, trainee, { options, folder });
    yield* going.run();
  } finally {
    trainee.release();
  }
}

/** One run from its first step to its last. */
class GoingRun<Event, T extends Trainee<Event>> {
  readonly #log: StepLog;
  readonly #pace: Pace;
  readonly #options: RunOptions<Event, T>;
  readonly #folder: RunStore<Event, T> | null;
  readonly #started = performance.now();
  #phase: Phase = "between steps";
  /** Steps that are done, the last one saved, the last one published. */
  #done: number;
  #saved: number;
  #published = -1;
  #ended = false;
  #skipped = 0;
  #skippedInARow = 0;

  constructor(
    private readonly gpu: Gpu,
    private readonly trainee: T,
    { options, folder }: {
      readonly options: RunOptions<Event, T>;
      readonly folder: RunStore<Event, T> | null;
    },
  ) {
    this.#options = options;
    this.#folder = folder;
    this.#done = this.#saved = trainee.first;
    this.#log = new StepLog(gpu, { words: trainee.words, every: options.logEvery });
    this.#pace = new Pace(gpu);
  }

  async *run(): AsyncGenerator<Event, void, void> {
    const { trainee } = this;
    const { first } = trainee;
    const { steps, stop } = this.#options;
    yield* this.#news({ type: "started", step: first, steps });
    let resting = trainee.state();
    try {
      for (let step = first + 1; step <= steps; step++) {
        await trainee.pause?.(step, stop);
        if (stop?.aborted && step > first + 1) break;
        resting = trainee.state();
        yield* this.#step(step);
        yield* this.#keep(step);
        await this.#pace.next();
      }
      yield* this.#tell(true);
      const ended = this.#done >= steps;
      if (!ended) yield* this.#leave(trainee.state());
      await this.gpu.check();
      this.#ended = true;
      yield* this.#news({ type: ended ? "finished" : "stopped", ...this.#totals() });
    } catch (error) {
      this.#ended = true;
      yield* this.#rescue(error, resting);
    } finally {
      if (!this.#ended) await this.#leaveQuietly();
      this.#log.release();
    }
  }

  async *#step(step: number): AsyncGenerator<Event, void, void> {
    const { trainee } = this;
    const { steps } = this.#options;
    const events: Event[] = [];
    {
      using _step = this.gpu.scope();
      this.#phase = "forward";
      await trainee.forward(step);
      await trainee.reduce?.();
      if (trainee.looksFirst) events.push(...await this.#look(step));
      this.#phase = "update";
      const updated = await trainee.update(step);
      this.#log.add(step, updated.figures);
      events.push(...updated.events);
    }
    this.#done = step;
    this.#phase = "between steps";
    yield* this.#tell(events.length > 0 || step === steps);
    for (const event of events) yield* this.#emit(event);
    if (!trainee.looksFirst) {
      for (const event of await this.#look(step)) yield* this.#emit(event);
    }
    if (trainee.checkEvery && step % trainee.checkEvery === 0) {
      await this.#assertFinite(`Cannot go on after ${trainee.counts} ${step}`);
    }
  }

  /** Evaluates and publishes where it is time to. */
  async #look(step: number): Promise<Event[]> {
    const { trainee } = this;
    const { evaluates, publishes, stop } = this.#options;
    const events: Event[] = [];
    if (evaluates?.(step) && !stop?.aborted) events.push(...await trainee.evaluate?.(step) ?? []);
    if (publishes?.(step)) events.push(...await this.#publish(step));
    return events;
  }

  /** Saves a checkpoint where it is time to, or one is wished for. */
  async *#keep(step: number): AsyncGenerator<Event, void, void> {
    const { saves, saveNow } = this.#options;
    const wished = saveNow?.() ?? false;
    if (wished || saves?.(step)) yield* this.#save(step, this.trainee.state());
  }

  async *#save(step: number, state: TraineeState): AsyncGenerator<Event, void, void> {
    const { spread } = this.trainee;
    if (!this.#folder && !spread) return;
    // Rows first: a run that is killed right after it saved has lost none.
    yield* this.#tell(true);
    this.#phase = "saving";
    await this.#assertFinite(`Cannot save ${this.trainee.counts} ${step}`);
    const path = await this.#folder?.save(this.trainee, step, state);
    if (path === undefined) await handOver(this.trainee, state);
    this.#saved = step;
    this.#phase = "between steps";
    if (path === undefined) return;
    yield* this.#news({ type: "checkpoint", step, path });
  }

  async #publish(step: number): Promise<Event[]> {
    const { trainee } = this;
    if (!trainee.publish || !this.#options.publishes) return [];
    await this.#assertFinite(`Cannot save ${trainee.counts} ${step}`);
    const path = await trainee.publish(step);
    this.#published = step;
    return [trainee.news({ type: "published", step, path })];
  }

  /** Leaves all that is done where a later run and others find it. */
  async *#leave(state: TraineeState): AsyncGenerator<Event, void, void> {
    if (this.#done > this.#saved) yield* this.#save(this.#done, state);
    if (this.#published < this.#done) {
      for (const event of await this.#publish(this.#done)) yield* this.#emit(event);
    }
  }

  /** Whoever was told of the run has gone, as where its output's reader ended: it ends as if stopped. */
  async #leaveQuietly(): Promise<void> {
    const { first, spread } = this.trainee;
    // What lies on several ranks takes all of them to save.
    if (!this.#folder || spread || this.#done === first || this.#phase !== "between steps") return;
    for await (const _ of this.#leave(this.trainee.state()));
  }

  /** Saves what there is before an error ends the run, and says in its hint what that is. */
  async *#rescue(error: unknown, resting: TraineeState): AsyncGenerator<Event, never, void> {
    const { trainee } = this;
    const phase = this.#phase;
    const hints = [(error as { hint?: string }).hint];
    if (phase !== "saving" && this.#done > trainee.first && this.#folder && !trainee.spread) {
      try {
        yield* this.#tell(true);
        // An update that failed half way leaves no state to go on from, but results to look at.
        if (phase === "update") this.#saved = this.#done;
        yield* this.#leave(phase === "forward" ? resting : trainee.state());
        hints.push(`${trainee.counts} ${this.#done} is saved`);
      } catch {
        // What cannot be saved is not finite, or the disk or the GPU is the error's own cause.
      }
    }
    if (this.#folder && phase !== "saving") hints.push(this.#folder.remaining);
    throw error instanceof Error
      ? Object.assign(error, { hint: hints.filter(Boolean).join("; ") })
      : error;
  }

  /** Tells of the steps whose figures have arrived. */
  async *#tell(flush: boolean): AsyncGenerator<Event, void, void> {
    const { maxSkipped = 10 } = this.#options;
    let tooMany: Error | null = null;
    for (const figures of await this.#log.due(flush)) {
      const { event, broken } = await this.trainee.tell(figures);
      yield* this.#emit(event);
      if (broken === undefined) {
        this.#skippedInARow = 0;
        continue;
      }
      this.#skipped++;
      if (++this.#skippedInARow < maxSkipped) continue;
      const { counts } = this.trainee;
      tooMany = new Error(
        `Cannot train on: ${this.#skippedInARow} ${counts}s in a row had gradients that are not finite, the last at ${counts} ${figures.step}: ${broken}`,
      );
    }
    if (tooMany) throw tooMany;
  }

  async #assertFinite(cannot: string): Promise<void> {
    await assertFinite(this.trainee.parameters(), cannot);
  }

  async *#news(news: RunNews): AsyncGenerator<Event, void, void> {
    yield* this.#emit(this.trainee.news(news));
  }

  async *#emit(event: Event): AsyncGenerator<Event, void, void> {
    await this.#folder?.add(event);
    yield event;
  }

  #totals() {
    return {
      step: this.#done,
      path: this.#folder?.newest ?? this.trainee.resumed ?? "",
      seconds: (performance.now() - this.#started) / 1000,
      peakMemory: this.gpu.memory.peak,
      skipped: this.#skipped,
    };
  }
}
