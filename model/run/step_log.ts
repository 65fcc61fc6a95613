import type { Gpu } from "../../gpu/device.ts";
import { Tensor } from "../../gpu/tensor.ts";

/** What one step left in the log: the same words as numbers and as integers. */
export interface StepFigures {
  readonly step: number;
  readonly floats: Float32Array;
  readonly words: Uint32Array;
}

/**
 * Gathers the figures of training steps on the GPU and reads them every so many steps: waiting for
 * each step would leave the GPU idle between them.
 */
export class StepLog {
  readonly #words: number;
  readonly #every: number;
  readonly #lag: number;
  readonly #table: Tensor;
  #steps: number[] = [];
  #reads: Promise<StepFigures[]>[] = [];

  /** `words` of 32 bits a step, read every so many steps. */
  constructor(
    private readonly gpu: Gpu,
    { words, every }: { readonly words: number; readonly every: number },
  ) {
    this.#words = words;
    this.#every = every;
    this.#lag = gpu.tuning.runsAhead ? 1 : 0;
    this.#table = Tensor.zeros(gpu, [every, words], "u32");
  }

  /** Notes a step's figures, one tensor after the other. */
  add(step: number, figures: readonly Tensor[]): void {
    let at = this.#table.byteOffset + 4 * this.#words * this.#steps.length;
    for (const { buffer, byteOffset, bytes } of figures) {
      this.gpu.commands.copyBuffer(buffer, byteOffset, this.#table.buffer, at, bytes);
      at += bytes;
    }
    this.#steps.push(step);
  }

  /** What has arrived, once an interval is full; all there is with `flush`. */
  async due(flush = false): Promise<StepFigures[]> {
    if (this.#steps.length === this.#every || (flush && this.#steps.length)) this.#read();
    const figures: StepFigures[] = [];
    while (this.#reads.length > (flush ? 0 : this.#lag)) {
      figures.push(...await this.#reads.shift()!);
    }
    return figures;
  }

  /** Gives the table back. */
  release(): void {
    this.#table.release();
  }

  #read(): void {
    const steps = this.#steps;
    this.#steps = [];
    const reading = this.gpu.readback.later(this.#table).then((bytes) => {
      const words = new Uint32Array(bytes);
      const floats = new Float32Array(bytes);
      return steps.map((step, row): StepFigures => {
        const [from, to] = [row * this.#words, (row + 1) * this.#words];
        return { step, floats: floats.subarray(from, to), words: words.subarray(from, to) };
      });
    });
    reading.catch(() => {}); // it is thrown where it is awaited
    this.#reads.push(reading);
  }
}
