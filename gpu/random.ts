/**
 * Position in a counter-based random stream (Philox 4x32-10, Salmon et al. 2011). Numbers are a pure
 * function of (seed, counter), so a run that resumes with the same position draws the same numbers.
 */
export class RandomState {
  counter = 0;
  constructor(public seed: number) {}

  /** Reserves `count` numbers and returns where they start. */
  take(count: number): { seed: number; counter: number } {
    const { seed, counter } = this;
    this.counter += Math.ceil(count / 4);
    return { seed, counter };
  }
}
