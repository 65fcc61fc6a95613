import type { Gpu } from "../../../gpu/device.ts";
import { Tensor } from "../../../gpu/tensor.ts";

/** Figures of one iteration. */
export interface CurveRow {
  /** From 1. */
  readonly iteration: number;
  /** Mean absolute difference. */
  readonly l1: number;
  /** All of it: of depth and the regularisers too. */
  readonly loss: number;
  /** How many there are. */
  readonly gaussians: number;
  /** Gaussians listed in some tile. */
  readonly visible: number;
  /** Pairs of a Gaussian and a tile. */
  readonly pairs: number;
  /** Whether the pairs had no room, so that nothing was learned. */
  readonly overflow: boolean;
}

const ROWS = 10;
// Loss, L1 and the four counts of a picture.
const WORDS = 6;

/** Gathers figures on the GPU and reads ten iterations at once, one reading behind. */
export class CurveLog {
  readonly #table: Tensor;
  #pending: { iteration: number; gaussians: number }[] = [];
  #reads: Promise<CurveRow[]>[] = [];

  constructor(private readonly gpu: Gpu) {
    this.#table = Tensor.zeros(gpu, [ROWS, WORDS], "u32");
  }

  /** Notes one iteration. */
  add(
    at: { readonly iteration: number; readonly gaussians: number },
    figures: { readonly loss: Tensor; readonly l1: Tensor; readonly frame: Tensor },
  ): void {
    let offset = this.#table.byteOffset + 4 * WORDS * this.#pending.length;
    for (const source of [figures.loss, figures.l1, figures.frame]) {
      const { buffer, byteOffset, bytes } = source;
      this.gpu.commands.copyBuffer(buffer, byteOffset, this.#table.buffer, offset, bytes);
      offset += bytes;
    }
    this.#pending.push(at);
  }

  /** The rows that have arrived; all there are with `flush`. */
  async due(flush = false): Promise<CurveRow[]> {
    if (this.#pending.length === ROWS || (flush && this.#pending.length)) this.#read();
    const rows: CurveRow[] = [];
    // A software adapter has nothing to gain from running ahead.
    const lag = flush || !this.gpu.tuning.runsAhead ? 0 : 1;
    while (this.#reads.length > lag) rows.push(...await this.#reads.shift()!);
    return rows;
  }

  /** Gives the table back. */
  release(): void {
    this.#table.release();
  }

  #read(): void {
    const pending = this.#pending;
    this.#pending = [];
    const reading = this.gpu.readback.later(this.#table).then((bytes) => {
      const words = new Uint32Array(bytes);
      const floats = new Float32Array(bytes);
      return pending.map(({ iteration, gaussians }, row): CurveRow => {
        const at = row * WORDS;
        return {
          iteration,
          l1: floats[at + 1]!,
          loss: floats[at]!,
          gaussians,
          visible: words[at + 2]!,
          pairs: words[at + 3]!,
          overflow: words[at + 5] === 1,
        };
      });
    });
    reading.catch(() => {});
    this.#reads.push(reading);
  }
}
