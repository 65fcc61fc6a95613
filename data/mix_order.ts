import type { KeyFrame } from "./occupancy/key_frame.ts";
import type { DataRoots } from "./occupancy/sample.ts";
import { PhiloxStream } from "./philox.ts";

/** A set that training draws from beside its own. */
export interface MixedSet {
  /** Where its files are. */
  readonly roots: DataRoots;
  /** Its key frames. */
  readonly frames: readonly KeyFrame[];
  /** How often an epoch draws each of them; below 1 a share of them, another one each time. */
  readonly weight: number;
}

/** How an epoch of several sets is drawn and shared out. */
export interface MixOptions {
  readonly seed: number;
  /** This process among `ranks`, from 0. */
  readonly rank: number;
  readonly ranks: number;
}

/** How many key frames an epoch draws of a set. */
export function drawsOf({ frames, weight }: Pick<MixedSet, "frames" | "weight">): number {
  return Math.max(1, Math.round(weight * frames.length));
}

/**
 * Key frames of several sets in one order: an epoch draws of each set its number of key frames times its
 * weight, whole rounds first. All is a pure function of seed and epoch.
 */
export class MixOrder {
  /** Places of the first key frame of each set, all sets one after the other. */
  readonly #first: readonly number[];
  readonly #draws: readonly number[];
  /** Draws of an epoch of all ranks. */
  readonly total: number;

  constructor(
    readonly sets: readonly Pick<MixedSet, "frames" | "weight">[],
    readonly options: MixOptions,
  ) {
    const bad = sets.find(({ weight }) => !(weight > 0 && Number.isFinite(weight)));
    if (bad) throw new RangeError(`Cannot mix sets: a weight is ${bad.weight}, it must be above 0`);
    let count = 0;
    this.#first = sets.map(({ frames }) => (count += frames.length) - frames.length);
    this.#draws = sets.map(drawsOf);
    this.total = this.#draws.reduce((sum, draws) => sum + draws, 0);
  }

  /** Draws of an epoch of this rank; every rank has as many. */
  get length(): number {
    return Math.ceil(this.total / this.options.ranks);
  }

  /** Places of an epoch's key frames, in the order of this rank. */
  of(epoch: number): Uint32Array {
    const { seed, rank, ranks } = this.options;
    const drawn = new Uint32Array(this.total);
    let at = 0;
    this.sets.forEach(({ frames: { length } }, set) => {
      for (let left = this.#draws[set]!, round = 0; left > 0; round++) {
        const order = new PhiloxStream(seed, 8, epoch, 1000 * set + round).permutation(length);
        for (const place of order.subarray(0, left)) drawn[at++] = this.#first[set]! + place;
        left -= length;
      }
    });
    const order = new PhiloxStream(seed, 4, epoch).permutation(this.total);
    return Uint32Array.from(
      { length: this.length },
      (_, i) => drawn[order[(rank + i * ranks) % this.total]!]!,
    );
  }

  /** The set that a place is of. */
  setOf(place: number): number {
    return this.#first.findLastIndex((first) => first <= place);
  }
}
