/**
 * The studio's worker: it trains, reads files and answers what the page asks, so that the page itself never
 * waits. Bundled for browsers by `build_studio.ts`.
 */
import {
  blobDoor,
  dropUnusable,
  encodeSplats,
  makeCapture,
  makeKeyFrame,
  openDoor,
  readSplats,
} from "../../data/mod.ts";
import { Gpu } from "../../gpu/mod.ts";
import { SHIPPED_MODELS, WatchedPrediction } from "../../model/mod.ts";
import {
  emptyState,
  scaledSteps,
  SPLAT_DEFAULTS,
  type Viewed,
  WatchedTraining,
} from "../../model/splat/mod.ts";
import type { Answer, Ask, GivenFiles, Jobs, TrainProgress, TrainSettings } from "./messages.ts";

const CAPTURE = "capture";
const STREET = "street";
/** The shipped model that predicts. */
const MODEL = "demo";

let viewed: Viewed | null = null;
let training: WatchedTraining | null = null;
let total = 0;
/** Files looked at so far: each is another version of what is shown. */
let looks = 0;
let gpu: Promise<Gpu> | null = null;
/** What goes on until what is shown is left: two works at once would mix their tensors. */
let work: Promise<unknown> = Promise.resolve();
const pace = { at: 0, iteration: 0, rate: null as number | null };

const jobs: Jobs = {
  async look({ name, file }) {
    openDoor(blobDoor(new Map([[name, file]])));
    const { splats } = await readSplats(`/${name}`);
    const usable = dropUnusable(splats);
    await leave();
    const version = `file ${++looks}`;
    viewed = {
      state: () => ({
        ...emptyState("splats", name),
        items: [{ id: "0", label: name, version }],
      }),
      resource: async () => ({
        type: "application/octet-stream",
        body: await encodeSplats(usable, "ply"),
      }),
      close() {},
    };
  },

  async train({ files, settings }) {
    const scene = files ?? builtIn(CAPTURE, makeCapture());
    openDoor(blobDoor(new Map(scene)));
    const folder = topOf(scene, "the pictures and sparse/ or transforms.json");
    const made = new WatchedTraining(folder, configOf(`/${folder}`, settings));
    const opened = await openGpu();
    await leave();
    viewed = training = made;
    total = settings.iterations;
    start(made, opened);
    return { remarks: made.remarks };
  },

  async predict({ files }) {
    const street = files ?? builtIn(STREET, makeKeyFrame());
    const folder = topOf(street, "six pictures and a .jsonl with their calibration");
    const file = SHIPPED_MODELS[MODEL]!;
    openDoor(blobDoor(new Map([...street, [file, await shipped(file)]])));
    const options = { model: MODEL, labelled: files === null };
    const made = await WatchedPrediction.open(`/${folder}`, options);
    const opened = await openGpu();
    await leave();
    const more = await made.next(opened);
    viewed = made;
    if (more) work = predictRest(made, opened);
    return { remarks: made.remarks };
  },

  stop: () => training?.stop(),

  goOn() {
    const going = training;
    if (going && !going.running) void openGpu().then((opened) => start(going, opened));
  },

  progress: () => training && progressOf(training),

  losses: () => training?.rows.map(({ loss }) => loss) ?? [],

  async save({ format }) {
    if (!training) throw new Error("Cannot save: nothing was trained yet");
    if (format === "checkpoint") {
      const { checkpoint } = training;
      if (!checkpoint) {
        throw hinted("Cannot save a checkpoint: there is none yet", "stop the training first");
      }
      return { name: checkpoint.name, file: blobOf([checkpoint.bytes]) };
    }
    const pieces = await training.encode(format);
    if (!pieces) {
      throw hinted("Cannot save: there are no Gaussians yet", "wait for the first scene");
    }
    return { name: `point_cloud.${format}`, file: blobOf(pieces) };
  },

  state: () => viewed?.state() ?? null,

  async resource({ name }) {
    const resource = await viewed?.resource(name);
    if (!resource) return null;
    const { type, body } = resource;
    return { type, body: blobOf(body instanceof Uint8Array ? [body] : body) };
  },
};

function start(made: WatchedTraining, opened: Gpu): void {
  Object.assign(pace, { at: performance.now(), iteration: 0, rate: null });
  // What is wrong stands in the state, which the page asks for all the time.
  work = made.train(opened).catch(() => {});
}

async function predictRest(made: WatchedPrediction, opened: Gpu): Promise<void> {
  try {
    while (await made.next(opened));
  } catch {
    // It stands in the state.
  }
}

async function leave(): Promise<void> {
  viewed?.close();
  viewed = training = null;
  await work;
}

function configOf(folder: string, { iterations, resolution, seed }: TrainSettings) {
  const usual = { ...SPLAT_DEFAULTS, source_path: folder, resolution, seed, eval: true };
  return { ...scaledSteps(usual, iterations / SPLAT_DEFAULTS.iterations), iterations };
}

async function openGpu(): Promise<Gpu> {
  const opening = gpu ??= Gpu.open();
  try {
    return await opening;
  } catch (error) {
    gpu = null; // another time it may answer
    throw error;
  }
}

/** Files made here, as if they had been dropped in a folder. */
function builtIn(folder: string, files: ReadonlyMap<string, Uint8Array>): GivenFiles {
  return [...files].map(([path, bytes]) => [`${folder}/${path}`, blobOf([bytes])] as const);
}

/** A file that lies beside this script. */
async function shipped(name: string): Promise<Blob> {
  const response = await fetch(new URL(name, location.href));
  if (response.ok) return await response.blob();
  throw new Error(`Cannot read "${name}" of the studio: the server says ${response.status}`);
}

/** The one folder that all files are in; what is wanted is there. */
function topOf(files: GivenFiles, content: string): string {
  const tops = new Set(files.map(([path]) => path.split("/")[0]!));
  const [top] = tops;
  if (tops.size === 1 && files.every(([path]) => path.includes("/"))) return top!;
  throw hinted(
    `Cannot begin: ${files.length} files were given, not one folder`,
    `drop the folder that holds ${content}`,
  );
}

function progressOf(going: WatchedTraining): TrainProgress {
  const { iteration } = going;
  const now = performance.now();
  if (iteration !== pace.iteration && now - pace.at > 1000) {
    if (pace.iteration > 0) pace.rate = 1000 * (iteration - pace.iteration) / (now - pace.at);
    Object.assign(pace, { at: now, iteration });
  }
  return {
    running: going.running,
    iteration,
    iterations: total,
    rate: pace.rate,
    stopped: !going.running && going.checkpoint !== null,
  };
}

function blobOf(pieces: Iterable<Uint8Array>): Blob {
  return new Blob([...pieces] as Uint8Array<ArrayBuffer>[]);
}

function hinted(message: string, hint: string): Error {
  return Object.assign(new Error(message), { hint });
}

const page = self as unknown as {
  onmessage: (event: MessageEvent<Ask>) => void;
  postMessage(answer: Answer): void;
};

/** What changes what is shown waits for what did so before. */
let turn: Promise<unknown> = Promise.resolve();

function run(job: keyof Jobs, given: unknown): unknown {
  const called = () => (jobs[job] as (given: unknown) => unknown)(given);
  if (!["look", "train", "predict"].includes(job)) return called();
  const result = turn.then(called);
  turn = result.catch(() => {});
  return result;
}

page.onmessage = async ({ data: { id, job, given } }) => {
  try {
    const result = await run(job, given);
    page.postMessage({ id, result });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    page.postMessage({ id, message, hint: (error as { hint?: string }).hint ?? null });
  }
};
