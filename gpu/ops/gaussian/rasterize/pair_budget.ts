import { bindable } from "../../../binding/limit.ts";
import type { Gpu } from "../../../device.ts";
import type { Tensor } from "../../../tensor.ts";

/** Room for more pairs than the largest picture so far had. */
const MARGIN = 1.5;
/** Share of the room from which on it grows. */
const FULL = 0.8;
/** Room that there is at the least. */
const LEAST_ROOM = 1 << 17;

/** Most pairs that an adapter can list: their owners, and their order by tiles, are numbers of 4 bytes. */
export function pairLimit(gpu: Gpu): number {
  return bindable(gpu, 4);
}

/**
 * Room for pairs of a Gaussian and a tile. How many a picture has only the GPU knows when it is drawn;
 * the counts of earlier pictures, read late, let the room grow before it is too small.
 */
export class PairBudget {
  /** Most pairs that any picture watched had. */
  peak = 0;
  /** Pictures watched that had too many pairs and came out as NaN. */
  overflows = 0;
  readonly #most: number;
  #capacity: number;
  #pending = new Set<Promise<void>>();

  /** Room for 131 072 pairs at first unless `capacity` says so; `most` is what the adapter can list at all. */
  constructor(
    { capacity = LEAST_ROOM, most = Infinity }: {
      readonly capacity?: number;
      readonly most?: number;
    } = {},
  ) {
    this.#most = most;
    this.#capacity = Math.min(capacity, most);
  }

  /** Pairs that the next picture has room for. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Notes a count: the room grows as soon as less than a fifth of it would be spare. */
  note(pairs: number): void {
    this.peak = Math.max(this.peak, pairs);
    if (pairs <= FULL * this.#capacity) return;
    // More than the adapter's limit is asked for only where it is needed: the rasteriser refuses it.
    this.#capacity = Math.min(Math.ceil(MARGIN * pairs), Math.max(this.#most, pairs));
  }

  /** Makes room for so many pairs as may come, as far as the adapter can list them. */
  expect(pairs: number): void {
    this.note(Math.min(pairs, this.#most));
  }

  /** Reads the counts of a picture once they are there; later steps go on meanwhile. */
  watch({ frame }: { readonly frame: Tensor }): void {
    const reading = frame.gpu.readback.later(frame).then((bytes) => this.#take(bytes))
      .finally(() => this.#pending.delete(reading));
    frame.gpu.watch(reading);
    this.#pending.add(reading);
  }

  /** Waits for the counts of all pictures watched; returns whether each had room. */
  async settle(): Promise<boolean> {
    await Promise.all(this.#pending);
    return this.overflows === 0;
  }

  #take(bytes: ArrayBuffer): void {
    const [, wanted, , overflow] = new Uint32Array(bytes);
    if (overflow) this.overflows++;
    // A count past 2^32 has no buffer to fit in.
    if (wanted !== 0xffffffff) this.note(wanted!);
  }
}
