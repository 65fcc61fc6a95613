import { MersenneTwister } from "./mersenne_twister.ts";

/** Numbers that are made together once there are as many. */
const BLOCK = 16;

/**
 * The random numbers that PyTorch's CPU generator gives a seed: with them a seed gives the backgrounds
 * and the children of split Gaussians that it gives the reference.
 */
export class TorchStream {
  readonly #twister: MersenneTwister;
  /** The second of a pair of normal numbers that has not been used. */
  #spare: number | null = null;

  constructor(seed: number) {
    this.#twister = MersenneTwister.fromWord(seed >>> 0);
  }

  /** A colour, uniform in [0, 1) for each channel. */
  colour(): [number, number, number] {
    return [this.#twister.unit(), this.#twister.unit(), this.#twister.unit()];
  }

  /** Standard normal numbers f32 [count], by the method of Box and Muller as PyTorch applies it. */
  normals(count: number): Float32Array {
    const out = new Float32Array(count);
    if (count < BLOCK) return out.map(() => this.#normal());
    for (let i = 0; i < count; i++) out[i] = this.#twister.unit();
    for (let at = 0; at + BLOCK <= count; at += BLOCK) bendBlock(out.subarray(at, at + BLOCK));
    if (count % BLOCK) {
      // The last ones are drawn anew along with some that come before them.
      const last = out.subarray(count - BLOCK);
      for (let i = 0; i < BLOCK; i++) last[i] = this.#twister.unit();
      bendBlock(last);
    }
    return out;
  }

  /** All that the stream is, u32 [628]. */
  state(): Uint32Array<ArrayBuffer> {
    const state = new Uint32Array(628);
    state.set(this.#twister.state());
    state[625] = Number(this.#spare !== null);
    state.set(new Uint32Array(Float64Array.of(this.#spare ?? 0).buffer), 626);
    return state;
  }

  /** Goes on from a state. */
  restore(state: Uint32Array): void {
    if (state.length !== 628) {
      throw new RangeError(
        `Cannot restore a random stream: its state has ${state.length} words, 628 are right`,
      );
    }
    this.#twister.restore(state.subarray(0, 625));
    this.#spare = state[625] ? new Float64Array(state.slice(626).buffer)[0]! : null;
  }

  /** One number in doubles, of which every second is left from the one before. */
  #normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    const angle = 2 * Math.PI * this.#twister.fine();
    const length = Math.sqrt(-2 * Math.log1p(-this.#twister.fine()));
    this.#spare = length * Math.sin(angle);
    return length * Math.cos(angle);
  }
}

/** Sixteen uniform numbers to normal ones: the first eight are lengths, the others angles. */
function bendBlock(block: Float32Array): void {
  for (let j = 0; j < BLOCK / 2; j++) {
    const length = Math.sqrt(-2 * Math.log(1 - block[j]!));
    const angle = 2 * Math.PI * block[j + BLOCK / 2]!;
    block[j] = length * Math.cos(angle);
    block[j + BLOCK / 2] = length * Math.sin(angle);
  }
}
