import type { Gpu } from "../../../gpu/device.ts";
import type { ClippedNorm } from "../../../gpu/optim/clip_norm.ts";
import { Tensor } from "../../../gpu/tensor.ts";

/** What one optimizer step left behind. */
export interface StepRecord {
  readonly step: number;
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  /** Parameters whose gradients are NaN or infinite, and how many values of each. */
  readonly broken: readonly { readonly key: string; readonly count: number }[];
}

// Words before the counts of broken gradients: loss and norm.
const HEAD = 2;

/**
 * Gathers the figures of training steps on the GPU and reads them every so many steps: waiting for
 * each step would leave the GPU idle between them.
 */
export class StepLog {
  readonly #every: number;
  readonly #lag: number;
  readonly #words: number;
  readonly #table: Tensor;
  #steps: number[] = [];
  #reads: Promise<StepRecord[]>[] = [];

  constructor(private readonly gpu: Gpu, private readonly keys: readonly string[], every?: number) {
    // A software adapter has nothing to gain from running ahead.
    this.#every = every ?? (gpu.tuning.runsAhead ? 10 : 1);
    this.#lag = gpu.tuning.runsAhead ? 1 : 0;
    this.#words = HEAD + keys.length;
    this.#table = Tensor.zeros(gpu, [this.#every, this.#words], "u32");
  }

  /** Notes a step's loss and norms. */
  add(step: number, loss: Tensor, { norm, broken }: ClippedNorm): void {
    const { commands } = this.gpu;
    const at = this.#table.byteOffset + 4 * this.#words * this.#steps.length;
    [loss, norm, broken].forEach((source, i) =>
      commands.copyBuffer(
        source.buffer,
        source.byteOffset,
        this.#table.buffer,
        at + 4 * i,
        source.bytes,
      )
    );
    this.#steps.push(step);
  }

  /** The records that have arrived, once an interval is full or `flush` is set. */
  async due(flush = false): Promise<StepRecord[]> {
    if (this.#steps.length === this.#every || (flush && this.#steps.length)) this.#read();
    const records: StepRecord[] = [];
    while (this.#reads.length > (flush ? 0 : this.#lag)) {
      records.push(...await this.#reads.shift()!);
    }
    return records;
  }

  /** All records not told yet. */
  rest(): Promise<StepRecord[]> {
    return this.due(true);
  }

  /** Gives the table back. */
  release(): void {
    this.#table.release();
  }

  #read(): void {
    const steps = this.#steps;
    this.#steps = [];
    this.#reads.push(
      this.gpu.readback.later(this.#table).then((bytes) => {
        const words = new Uint32Array(bytes);
        const floats = new Float32Array(bytes);
        return steps.map((step, row) => {
          const at = row * this.#words;
          return {
            step,
            loss: floats[at]!,
            gradientNorm: floats[at + 1]!,
            broken: this.keys.flatMap((key, i) => {
              const count = words[at + HEAD + i]!;
              return count ? [{ key, count }] : [];
            }),
          };
        });
      }),
    );
  }
}
