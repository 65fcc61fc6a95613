import type { Gpu } from "../../../gpu/device.ts";
import { Parameter } from "../../../gpu/parameter.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { run, type RunOptions } from "../../../model/run/run.ts";
import type { RunCheckpoint } from "../../../model/run/checkpoint.ts";
import type { StepFigures } from "../../../model/run/step_log.ts";
import type { RunNews, Trainee } from "../../../model/run/trainee.ts";

/** What the toy's run tells. */
export type ToyEvent = RunNews | {
  readonly type: "step" | "looked";
  readonly step: number;
  readonly loss?: number;
};

/** What is done to the toy at a step, in one of its phases. */
export type Mischief = (phase: "forward" | "update", step: number, toy: Toy) => void;

/** Counts: its one value is the number of updates, and so is what it keeps beside. */
export class Toy implements Trainee<ToyEvent> {
  readonly counts = "step";
  readonly words = 1;
  readonly checkEvery = 0;
  readonly first: number;
  readonly resumed: string | undefined;
  readonly looksFirst = false;
  readonly count: Parameter;
  /** Drawn before each step; a checkpoint must not have those of a step that failed. */
  drawn: number;
  loss = 1;
  published: number[] = [];

  constructor(
    readonly gpu: Gpu,
    private readonly mischief: Mischief,
    checkpoint: RunCheckpoint | undefined,
  ) {
    this.first = checkpoint?.state.step ?? 0;
    this.resumed = checkpoint?.file;
    this.drawn = (checkpoint?.state as unknown as { drawn: number })?.drawn ?? 0;
    this.count = new Parameter(gpu, [2], checkpoint?.weights.count?.data as Float32Array);
    this.count.ensureMoments();
  }

  parameters() {
    return [["count", this.count] as const];
  }

  forward(step: number) {
    this.drawn++;
    this.mischief("forward", step, this);
    return Promise.resolve();
  }

  update(step: number) {
    this.count.set(Float32Array.of(step, -step));
    this.mischief("update", step, this);
    const figures = [Tensor.from(this.gpu, Float32Array.of(this.loss))];
    return Promise.resolve({ figures, events: [] });
  }

  tell({ step, floats }: StepFigures) {
    const loss = floats[0]!;
    const event = { type: "step", step, loss } as const;
    return Number.isFinite(loss) ? { event } : { event, broken: `the loss is ${loss}` };
  }

  evaluate(step: number) {
    return Promise.resolve([{ type: "looked", step } as const]);
  }

  publish(step: number) {
    this.published.push(step);
    return Promise.resolve(`result ${step}`);
  }

  state() {
    const random = { seed: 1, counter: 0 };
    return { json: { config: {}, seed: 1, random, drawn: this.drawn } };
  }

  news(news: RunNews) {
    return news;
  }

  release() {
    this.count.release();
  }
}

/** A run of the toy in a folder: 10 steps, saved at each fourth. */
export function toyRun(
  gpu: Gpu,
  folder: string,
  { mischief = () => {}, checkpoint, ...more }: Partial<RunOptions<ToyEvent, Toy>> & {
    readonly mischief?: Mischief;
    readonly checkpoint?: RunCheckpoint;
  } = {},
): AsyncGenerator<ToyEvent, void, void> {
  return run<ToyEvent, Toy>(gpu, {
    steps: 10,
    logEvery: 3,
    saves: (step) => step % 4 === 0,
    publishes: (step) => step === 10,
    maxSkipped: 3,
    files: {
      folder,
      kind: "occupancy",
      rows: { "rows.jsonl": (event) => event.type === "step" ? event : null },
      begin: () => ({ add: () => {}, close: () => {} }),
    },
    // deno-lint-ignore require-yield
    prepare: async function* () {
      return await Promise.resolve(new Toy(gpu, mischief, checkpoint));
    },
    ...more,
  });
}
