import type { SampleLoader } from "../../../data/batches.ts";
import type { NdArray } from "../../../data/formats/nd_array.ts";
import { PhiloxStream } from "../../../data/philox.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import type { RunCheckpoint } from "../../run/checkpoint.ts";
import type { TraineeState } from "../../run/trainee.ts";
import type { StreamPlan } from "../model.ts";
import type { Memory, Moment } from "../network/occupancy_network.ts";
import { follows, keptMemory, releaseMemory } from "./memory.ts";

const STATE = "memory.";

/** What a checkpoint says of a memory beside its tensors. */
export interface ClipState {
  /** Of the clip that it is of. */
  readonly epoch: number;
  /** Number of that clip in the epoch. */
  readonly clip: number;
  /** The scene. */
  readonly scene: string;
  /** When it was right. */
  readonly seconds: number;
  /** 4x4, row by row. */
  readonly worldFromFrame: readonly number[];
}

/**
 * What training on clips hands from step to step. It is forgotten where a clip begins, and by chance after
 * a key frame; what a step leaves counts once that step is done, so that a checkpoint of the state before
 * it still has all it needs.
 */
export class ClipMemory implements Disposable {
  #memory: Memory | null = null;
  #place: Pick<ClipState, "epoch" | "clip"> | null = null;
  #next: Memory | null = null;

  constructor(
    private readonly loader: Pick<SampleLoader, "delivered" | "options">,
    private readonly plan: Pick<StreamPlan, "chance">,
    private readonly seed: number,
  ) {}

  /** What the key frame that was just delivered goes on from. */
  before(moment: Moment): Memory | null {
    const { epoch, clip } = this.loader.delivered!;
    const same = this.#place?.epoch === epoch && this.#place.clip === clip;
    return this.#memory && same && follows(moment, this.#memory.moment) ? this.#memory : null;
  }

  /** Notes what the key frame leaves. */
  keep(memory: Memory | null | undefined): void {
    this.#drop(this.#next);
    this.#next = memory ? keptMemory(memory) : null;
  }

  /** The step is done: the next one goes on from what it left, if that is not forgotten. */
  advance(): void {
    const { epoch, index, clip } = this.loader.delivered!;
    const { clip: length = 1, rank = 0, ranks = 1 } = this.loader.options;
    const random = new PhiloxStream(this.seed, 6, epoch, rank + index * ranks);
    const forgotten = (index + 1) % length === 0 || random.uniform() < this.plan.chance(epoch);
    this.#drop(this.#memory);
    if (forgotten) this.#drop(this.#next);
    this.#memory = forgotten ? null : this.#next;
    this.#place = { epoch, clip };
    this.#next = null;
  }

  /** The next key frame starts with nothing seen. */
  forget(): void {
    this.#drop(this.#memory);
    this.#memory = null;
  }

  /** What a checkpoint keeps of it; nothing where nothing is remembered. */
  state(): { readonly json: ClipState | null; readonly tensors: TraineeState["tensors"] } {
    if (!this.#memory || !this.#place) return { json: null, tensors: [] };
    const { tensors, moment: { worldFromFrame, ...moment } } = this.#memory;
    return {
      json: { ...this.#place, ...moment, worldFromFrame: [...worldFromFrame] }, // boxed: 16 numbers
      tensors: Object.entries(tensors).map(([name, tensor]) => [STATE + name, tensor] as const),
    };
  }

  /** Goes on from a checkpoint. */
  restore(gpu: Gpu, { file, arrays }: Pick<RunCheckpoint, "file" | "arrays">, state: ClipState) {
    const { epoch, clip, worldFromFrame, ...moment } = state;
    const saved = [...arrays].filter(([name]) => name.startsWith(STATE));
    if (!saved.length) {
      throw new SyntaxError(
        `Cannot go on from "${file}": its state is within a clip, and it holds nothing of what was seen`,
      );
    }
    this.#memory = {
      tensors: Object.fromEntries(
        saved.map(([name, array]) => [name.slice(STATE.length), restored(gpu, array)]),
      ),
      moment: { ...moment, worldFromFrame: Float64Array.from(worldFromFrame) },
    };
    this.#place = { epoch, clip };
  }

  [Symbol.dispose](): void {
    this.forget();
    this.#drop(this.#next);
    this.#next = null;
  }

  #drop(memory: Memory | null): void {
    if (memory) releaseMemory(memory);
  }
}

function restored(gpu: Gpu, { shape, data }: NdArray): Tensor {
  return gpu.lasting(() => Tensor.from(gpu, Float32Array.from(data as Float32Array), shape));
}
