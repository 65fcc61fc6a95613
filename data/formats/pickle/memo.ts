/** Values that a pickle has numbered to refer to them again. */
export class Memo {
  #near: unknown[] = [];
  // Writers count indices up from 0; only a hostile file leaves gaps.
  #far = new Map<number, unknown>();

  get size(): number {
    return this.#near.length + this.#far.size;
  }

  put(index: number, value: unknown): void {
    if (index <= this.#near.length) this.#near[index] = value;
    else this.#far.set(index, value);
  }

  /** Whether an entry is a value. */
  holds(index: number, value: unknown): boolean {
    return this.#near[index] === value || this.#far.get(index) === value;
  }

  get(index: number): unknown {
    if (index < this.#near.length) return this.#near[index];
    if (!this.#far.has(index)) throw new RangeError(`the memo has no entry ${index}`);
    return this.#far.get(index);
  }
}
