import { MersenneTwister } from "./mersenne_twister.ts";

/**
 * The order in which views are trained: all of them once, drawn at random without putting back, then all
 * again. A seed gives the order that the reference has with Python's generator seeded alike.
 */
export class ViewOrder {
  readonly #twister: MersenneTwister;
  readonly #shuffled: number[];
  #stack: number[] = [];

  /** `tests` are shuffled along with the training views, as they draw from the same stream. */
  constructor(count: number, { tests, seed }: { readonly tests: number; readonly seed: number }) {
    if (count < 1) throw new RangeError("Cannot order views: there are none to train on");
    this.#twister = MersenneTwister.fromPython(seed);
    this.#shuffled = this.#twister.shuffle(Array.from({ length: count }, (_, i) => i));
    this.#twister.shuffle(Array.from({ length: tests }));
  }

  /** Index of the next view in the list before it was shuffled. */
  next(): number {
    if (this.#stack.length === 0) this.#stack = [...this.#shuffled];
    return this.#stack.splice(this.#twister.below(this.#stack.length), 1)[0]!;
  }
}
