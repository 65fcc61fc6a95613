import { PhiloxStream } from "./philox.ts";
import type { KeyFrame } from "./occupancy/key_frame.ts";

/** How an epoch's clips are drawn and shared out. */
export type ClipOptions = {
  /** Key frames of a clip. */
  length: number;
  seed: number;
  /** This process among `ranks`, from 0. */
  rank: number;
  ranks: number;
};

/**
 * Clips of consecutive key frames, all of one length: in each epoch every scene gives one, from a start
 * that is drawn. A scene that is too short is replaced by another one. All is a pure function of seed
 * and epoch.
 */
export class ClipOrder {
  /** Places of each scene's key frames, in their order; scenes that are long enough. */
  readonly #long: readonly (readonly number[])[];
  readonly #scenes: number;

  constructor(
    frames: readonly Pick<KeyFrame, "sceneToken" | "index">[],
    readonly options: ClipOptions,
  ) {
    const { length } = options;
    const scenes = scenesOf(frames);
    this.#scenes = scenes.length;
    this.#long = scenes.filter((places) => places.length >= length);
    if (this.#long.length > 0) return;
    const longest = scenes.reduce((most, places) => Math.max(most, places.length), 0);
    throw Object.assign(
      new RangeError(
        `Cannot take clips of ${length} key frames: the longest scene has ${longest} of them`,
      ),
      { hint: `--set stream.clip=${longest} takes shorter ones` },
    );
  }

  /** Key frames of an epoch of this rank, in whole clips; every rank has as many. */
  get length(): number {
    return Math.ceil(this.#scenes / this.options.ranks) * this.options.length;
  }

  /** Places of an epoch's key frames, clip after clip. */
  of(epoch: number): Uint32Array {
    const { length, seed, rank, ranks } = this.options;
    const random = new PhiloxStream(seed, 5, epoch);
    const order = random.permutation(this.#scenes);
    // Drawn for all ranks, so that each clip hangs on its own number alone.
    const starts = Array.from({ length: order.length }, () => random.uniform());
    const chosen = Array.from(
      { length: order.length },
      (_, i) =>
        order[i]! < this.#long.length
          ? order[i]!
          : Math.floor(random.uniform(0, this.#long.length)),
    );
    const places = new Uint32Array(this.length);
    for (let clip = 0; clip < this.length / length; clip++) {
      const i = (rank + clip * ranks) % order.length;
      const scene = this.#long[chosen[i]!]!;
      const start = Math.floor(starts[i]! * (scene.length - length + 1));
      places.set(scene.slice(start, start + length), clip * length);
    }
    return places;
  }
}

/** Places of the key frames of each scene, in the order of their times; scenes as they begin. */
export function scenesOf(
  frames: readonly Pick<KeyFrame, "sceneToken" | "index">[],
): number[][] {
  const scenes = new Map<string, number[]>();
  frames.forEach(({ sceneToken }, place) => {
    const scene = scenes.get(sceneToken);
    if (scene) scene.push(place);
    else scenes.set(sceneToken, [place]);
  });
  const byTime = (a: number, b: number) => frames[a]!.index - frames[b]!.index;
  return [...scenes.values()].map((scene) => scene.sort(byTime));
}
