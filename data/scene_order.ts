import { scenesOf } from "./clip_order.ts";
import type { KeyFrame } from "./occupancy/key_frame.ts";

/**
 * Key frames scene by scene and in the order of their times, for whoever goes on from one to the next;
 * ranks share whole scenes.
 */
export class SceneOrder {
  readonly #places: Uint32Array;

  constructor(
    frames: readonly Pick<KeyFrame, "sceneToken" | "index">[],
    { rank, ranks }: { readonly rank: number; readonly ranks: number },
  ) {
    this.#places = Uint32Array.from(
      scenesOf(frames).filter((_, scene) => scene % ranks === rank).flat(),
    );
  }

  /** Key frames of this rank. */
  get length(): number {
    return this.#places.length;
  }

  /** Their places; the same in every epoch. */
  of(): Uint32Array {
    return this.#places;
  }
}
