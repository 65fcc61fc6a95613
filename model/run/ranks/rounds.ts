import type { Ranks } from "./ranks.ts";

/**
 * Pieces of work that ranks take in turn, number n being rank `n % size`'s: what each leaves is told on
 * every rank, in the order of the pieces. All ranks count the same pieces; one that was passed over, as
 * a key frame that cannot be read, leaves nothing.
 */
export class Rounds {
  #next = 0;

  constructor(
    private readonly ranks: Ranks,
    /** Pieces of all ranks. */
    private readonly total: number,
    /** Told the number of a piece, from 0, and what it left. */
    private readonly tell: (piece: number, bytes: Uint8Array) => void | Promise<void>,
  ) {}

  /** Leaves something, at least a byte, of this rank's piece at `place` among its own. */
  async add(place: number, bytes: Uint8Array): Promise<void> {
    while (this.#next < place) await this.#round(new Uint8Array());
    await this.#round(bytes);
  }

  /** Waits for what the others still have. */
  async finish(): Promise<void> {
    while (this.#next * this.ranks.size < this.total) await this.#round(new Uint8Array());
  }

  async #round(bytes: Uint8Array): Promise<void> {
    const { size } = this.ranks;
    const first = size * this.#next++;
    for (const [rank, left] of (await this.ranks.gather(bytes)).entries()) {
      if (left.length) await this.tell(first + rank, left);
    }
  }
}
