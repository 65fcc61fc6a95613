import { ClipOrder } from "./clip_order.ts";
import { epochLength, type EpochOptions, epochOrder } from "./epoch_order.ts";
import { SceneOrder } from "./scene_order.ts";
import { type MixedSet, MixOrder } from "./mix_order.ts";
import type { Split } from "./occupancy/dataset.ts";
import type { KeyFrame } from "./occupancy/key_frame.ts";
import {
  type DataRoots,
  type Pipeline,
  rootsIn,
  type Sample,
  sampleBytes,
} from "./occupancy/sample.ts";
import { SamplePool } from "./occupancy/sample_pool.ts";
import { datasetOf } from "./datasets.ts";

/** The place of the next sample: `index` counts within the epoch of this rank. */
export type Position = { epoch: number; index: number };

/** How to open a loader. */
export type LoaderOptions = {
  /** Folder with nuscenes/, nuscenes_cam/ and surroundocc/; or give `roots`. */
  dataDir?: string;
  roots?: DataRoots;
  split: Split;
  /** Key frames made otherwise than by the split's infos pickle, such as by `readTables`. */
  frames?: KeyFrame[];
  /** More sets of the same task, whose key frames an epoch draws too; in training, not in clips. */
  mix?: readonly MixedSet[];
  /** Only the first so many key frames, those that are skipped included. */
  first?: number;
  pipeline: Pipeline;
  seed?: number;
  /** Decoding threads, default 2; 0 decodes on the calling thread. */
  workers?: number;
  /** Bytes that samples loaded ahead may hold, default 512 MiB; at least one sample is loaded. */
  memoryBudget?: number;
  /** Shuffle by epoch and load across its end; default in training. */
  shuffle?: boolean;
  /** Scene by scene, in the order of the times; not shuffled, and ranks share whole scenes. */
  scenes?: boolean;
  /** Training in clips of so many consecutive key frames, one of each scene in an epoch. */
  clip?: number;
  /** Random geometry and photometric distortion; default in training. */
  augment?: boolean;
  /** Skip and count samples with a broken or missing file instead of failing. */
  skipBad?: boolean;
  position?: Position;
  rank?: number;
  ranks?: number;
};

// More than this ahead only takes the processor from whoever uses the samples.
const PER_WORKER = 4;

/** How many samples a loader keeps ahead: what its workers need, within its budget, at least one. */
export function samplesAhead(
  pipeline: Pipeline,
  { workers = 2, memoryBudget = 2 ** 29 }: Pick<LoaderOptions, "workers" | "memoryBudget"> = {},
): number {
  const affordable = Math.floor(memoryBudget / sampleBytes(pipeline));
  return Math.max(1, Math.min(affordable, PER_WORKER * Math.max(1, workers)));
}

type Ahead = Position & { sample: Promise<Sample | Error> };

/**
 * Delivers samples in a fixed order while Workers decode the next ones. Everything random is a pure
 * function of (seed, epoch, index of the sample), so a loader opened at a saved `position` goes on
 * exactly as the first one would have. `next` runs on into the next epoch; a `for await` loop ends
 * with the current one.
 */
export class SampleLoader implements AsyncIterable<Sample> {
  /** Samples left out because of broken or missing files, with their errors. */
  readonly skipped: { token: string; error: Error }[] = [];
  /** Tokens of samples whose labels were read and name no class. */
  readonly unlabelled = new Set<string>();
  readonly #pool: SamplePool;
  readonly #order: EpochOptions;
  readonly #depth: number;
  readonly #ahead: Ahead[] = [];
  /** Of clips, scenes or several sets; null where every key frame stands alone. */
  readonly #runs: ClipOrder | SceneOrder | MixOrder | null;
  #position: Position;
  #delivered: Position | null = null;
  #cached: { epoch: number; order: Uint32Array } | undefined;

  /** Of all sets one after the other. */
  readonly frames: readonly KeyFrame[];

  private constructor(
    frames: readonly KeyFrame[],
    readonly roots: DataRoots,
    readonly options: LoaderOptions,
  ) {
    const { mix = [] } = options;
    this.frames = [...frames, ...mix.flatMap((set) => set.frames)];
    const { split, seed = 0, rank = 0, ranks = 1, workers = 2 } = options;
    const shuffle = options.shuffle ?? split === "train";
    if (!(Number.isInteger(ranks) && Number.isInteger(rank) && rank >= 0 && rank < ranks)) {
      throw new RangeError(
        `Cannot load for rank ${rank} of ${ranks}: it must be below their number`,
      );
    }
    const count = Math.min(frames.length, options.first ?? Infinity);
    this.#order = { count, seed, shuffle, rank, ranks };
    this.#depth = samplesAhead(options.pipeline, options);
    this.#position = { epoch: 0, index: 0, ...options.position };
    if (frames.length === 0) {
      throw new RangeError(`Cannot load the ${split} split: its index holds no key frames`);
    }
    if (mix.length && (options.clip !== undefined || !shuffle)) {
      throw new RangeError(
        "Cannot mix sets of clips, or where key frames come in order: only for training on single ones",
      );
    }
    this.#runs = mix.length
      ? new MixOrder([{ frames, weight: 1 }, ...mix], { seed, rank, ranks })
      : options.clip !== undefined
      ? new ClipOrder(frames, { length: options.clip, seed, rank, ranks })
      : options.scenes
      ? new SceneOrder(frames.slice(0, count), { rank, ranks })
      : null;
    this.#settle();
    this.#pool = new SamplePool(workers);
  }

  /** Reads the split's index and checks it; no picture is read yet. */
  static async open(options: LoaderOptions): Promise<SampleLoader> {
    const roots = options.roots ??
      (options.dataDir === undefined ? null : rootsIn(options.dataDir));
    if (!roots) throw new TypeError("Cannot open a loader: neither dataDir nor roots is given");
    return new SampleLoader(
      options.frames ??
        await datasetOf(options.pipeline.mapped?.task ?? options.pipeline.task).readSplit(
          roots,
          options.split,
        ),
      roots,
      options,
    );
  }

  /** Samples per epoch of this rank. */
  get length(): number {
    return this.#runs?.length ?? epochLength(this.#order);
  }

  /** Samples per epoch of all ranks. */
  get total(): number {
    return this.#runs instanceof MixOrder ? this.#runs.total : this.#order.count;
  }

  /** Place among this rank's of the sample that was delivered last, from 0; those skipped count too. */
  get place(): number {
    return this.#delivered?.index ?? -1;
  }

  /** Place in `frames` of the sample that was delivered last. */
  get keyFrame(): number {
    const last = this.#delivered;
    return last ? this.#orderOf(last.epoch)[last.index]! : -1;
  }

  /** Samples loaded ahead at most: as many as the memory budget holds, and no more than workers need. */
  get depth(): number {
    return this.#depth;
  }

  /** Place of the sample that `next` will deliver; save it to resume here. */
  get position(): Position {
    return { ...this.#position };
  }

  /** Place of the sample that was delivered last, and the clip that it is of; null before the first. */
  get delivered(): Position & { readonly clip: number } | null {
    const last = this.#delivered;
    return last && { ...last, clip: Math.floor(last.index / (this.options.clip ?? 1)) };
  }

  /** The next sample, of the next epoch if this one has ended. */
  async next(): Promise<Sample> {
    for (let bad = 0; bad < this.length;) {
      const sample = await this.#take();
      if (!(sample instanceof Error)) return sample;
      bad++;
    }
    throw new Error(
      `Cannot load a sample: all ${this.length} of an epoch were skipped, the last one because: ${
        this.skipped.at(-1)!.error.message
      }`,
      { cause: this.skipped.at(-1)!.error },
    );
  }

  /** The rest of the current epoch. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Sample> {
    const { epoch } = this.#position;
    while (this.length > 0 && this.#position.epoch === epoch) {
      const sample = await this.#take();
      if (!(sample instanceof Error)) yield sample;
    }
  }

  /** Stops the workers and drops what was loaded ahead. */
  close(): void {
    this.#ahead.length = 0;
    this.#pool.close();
  }

  /** Ends the workers. */
  [Symbol.dispose](): void {
    this.close();
  }

  async #take(): Promise<Sample | Error> {
    this.#fill();
    const { epoch, index, sample } = this.#ahead[0]!;
    const result = await sample;
    if (result instanceof Error) {
      if (!this.options.skipBad) throw result;
      this.skipped.push({ token: this.#frame(epoch, index).token, error: result });
    } else if (!result.namesClass && (this.options.pipeline.labels ?? true)) {
      this.unlabelled.add(result.token);
    }
    this.#ahead.shift();
    this.#delivered = { epoch, index };
    this.#position = { epoch, index: index + 1 };
    this.#settle();
    this.#fill();
    return result;
  }

  /** Starts loading as many samples ahead as the memory budget holds. */
  #fill(): void {
    const last = this.#ahead.at(-1);
    let { epoch, index } = last ? { epoch: last.epoch, index: last.index + 1 } : this.#position;
    while (this.#ahead.length < this.#depth) {
      if (index >= this.length) {
        // An evaluation ends here; loading its first samples again would be wasted.
        if (!this.#order.shuffle && this.#ahead.length > 0) return;
        epoch++;
        index = 0;
      }
      this.#ahead.push({ epoch, index, sample: this.#load(epoch, index) });
      index++;
    }
  }

  #load(epoch: number, index: number): Promise<Sample | Error> {
    const { split, seed = 0, pipeline, augment = split === "train" } = this.options;
    const { rank, ranks } = this.#order;
    // A key frame may come more than once in an epoch's clips, or of a mixed set, with other draws each time.
    const drawn = this.options.clip || this.options.mix?.length
      ? rank + index * ranks
      : this.#orderOf(epoch)[index]!;
    const draw = { seed, epoch, index: drawn };
    return this.#pool.load({
      frame: this.#frame(epoch, index),
      roots: this.#rootsOf(epoch, index),
      pipeline,
      ...(augment ? { draw } : {}),
    }).catch((error) => error instanceof Error ? error : new Error(String(error)));
  }

  #frame(epoch: number, index: number): KeyFrame {
    return this.frames[this.#orderOf(epoch)[index]!]!;
  }

  #rootsOf(epoch: number, index: number): DataRoots {
    const { mix = [] } = this.options;
    if (!(this.#runs instanceof MixOrder)) return this.roots;
    return mix[this.#runs.setOf(this.#orderOf(epoch)[index]!) - 1]?.roots ?? this.roots;
  }

  #orderOf(epoch: number): Uint32Array {
    if (this.#cached?.epoch !== epoch) {
      const order = this.#runs?.of(epoch) ?? epochOrder(this.#order, epoch);
      this.#cached = { epoch, order };
    }
    return this.#cached.order;
  }

  /** Turns "behind the last sample" into "before the first of the next epoch". */
  #settle(): void {
    const { epoch, index } = this.#position;
    if (!(Number.isInteger(index) && index >= 0 && Number.isInteger(epoch) && epoch >= 0)) {
      throw new RangeError(`Cannot start at epoch ${epoch}, sample ${index}: both count from 0`);
    }
    // A rank may have no part of an evaluation.
    if (this.length === 0) return;
    this.#position = {
      epoch: epoch + Math.floor(index / this.length),
      index: index % this.length,
    };
  }
}
