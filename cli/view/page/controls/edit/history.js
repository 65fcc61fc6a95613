/** Bytes of all steps that may be taken back. */
const MOST_BYTES = 2 ** 28;

/** Steps that can be taken back and done again: states as bytes, from the first to the newest. */
export class History {
  #states;
  #at = 0;

  constructor(first) {
    this.#states = [first];
  }

  /** The state as it is now. */
  get current() {
    return this.#states[this.#at];
  }

  get canUndo() {
    return this.#at > 0;
  }

  get canRedo() {
    return this.#at < this.#states.length - 1;
  }

  /** A new state after the current one; those that were taken back are gone. */
  push(state) {
    this.#states.splice(this.#at + 1, Infinity, state);
    const most = Math.max(2, Math.floor(MOST_BYTES / state.length));
    if (this.#states.length > most) this.#states.splice(0, this.#states.length - most);
    this.#at = this.#states.length - 1;
  }

  /** Goes so many states on or back, and gives that state. */
  go(by) {
    this.#at = Math.min(this.#states.length - 1, Math.max(0, this.#at + by));
    return this.current;
  }
}
