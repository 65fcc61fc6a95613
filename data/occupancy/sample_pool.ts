import type { KeyFrame } from "./key_frame.ts";
import { type DataRoots, type Draw, loadSample, type Pipeline, type Sample } from "./sample.ts";

/** What a worker is asked for. */
export type SampleRequest = {
  id: number;
  frame: KeyFrame;
  roots: DataRoots;
  pipeline: Pipeline;
  draw?: Draw;
};

/** What a worker answers. */
export type SampleReply =
  | { id: number; sample: Sample }
  | { id: number; error: { name: string; message: string } };

type Job = {
  request: SampleRequest;
  resolve: (sample: Sample) => void;
  reject: (error: Error) => void;
};

// Errors cross a thread as name and message; these are the kinds that reading throws.
const ERRORS: Record<string, new (message: string) => Error> = {
  SyntaxError,
  RangeError,
  TypeError,
};

/** Loads samples on a number of Workers, in the order in which they are asked for; 0 loads right here. */
export class SamplePool {
  readonly #idle: Worker[] = [];
  readonly #all: Worker[] = [];
  readonly #running = new Map<Worker, Job>();
  readonly #waiting: Job[] = [];
  #next = 0;
  #closed = false;

  constructor(readonly workers: number) {
    if (!Number.isInteger(workers) || workers < 0) {
      throw new RangeError(`Cannot load samples on ${workers} workers: 0 or more is right`);
    }
  }

  load(request: Omit<SampleRequest, "id">): Promise<Sample> {
    if (this.#closed) return Promise.reject(closed());
    const { frame, roots, pipeline, draw } = request;
    if (this.workers === 0) return loadSample(frame, roots, pipeline, draw);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request: { id: this.#next++, ...request }, resolve, reject });
      this.#dispatch();
    });
  }

  /** Stops the workers; what is still under way is rejected. */
  close(): void {
    this.#closed = true;
    this.#all.forEach((worker) => worker.terminate());
    const open = [...this.#running.values(), ...this.#waiting];
    this.#running.clear();
    this.#waiting.length = 0;
    open.forEach(({ reject }) => reject(closed()));
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#idle.pop() ?? this.#start();
      if (!worker) return;
      const job = this.#waiting.shift()!;
      this.#running.set(worker, job);
      worker.postMessage(job.request);
    }
  }

  #start(): Worker | null {
    if (this.#all.length >= this.workers) return null;
    const worker = new Worker(new URL("./sample_worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<SampleReply>) => {
      const job = this.#running.get(worker);
      if (!job) return;
      this.#running.delete(worker);
      this.#idle.push(worker);
      if ("sample" in data) job.resolve(data.sample);
      else job.reject(new (ERRORS[data.error.name] ?? Error)(data.error.message));
      this.#dispatch();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      // A worker that died takes its job along; the next job gets a fresh one.
      this.#all.splice(this.#all.indexOf(worker), 1);
      const job = this.#running.get(worker);
      this.#running.delete(worker);
      job?.reject(new Error(`Cannot load sample "${job.request.frame.token}": ${event.message}`));
      this.#dispatch();
    };
    this.#all.push(worker);
    return worker;
  }
}

function closed(): Error {
  return new Error("Cannot load a sample: the loader is closed");
}
