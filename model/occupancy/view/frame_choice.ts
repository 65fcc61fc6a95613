import type { KeyFrame } from "../../../data/occupancy/key_frame.ts";
import { PhiloxStream } from "../../../data/philox.ts";

/** Which key frames of a split to take. */
export interface FrameChoice {
  /** These, counted from 0 and around the split's end. */
  readonly indices?: readonly number[] | undefined;
  /** All of this scene, counted from 0 in the order in which scenes begin. */
  readonly scene?: number | undefined;
  /** So many, drawn with the seed. */
  readonly limit?: number | undefined;
  readonly seed: number;
}

const STREAM = 11;

/** Indices of the chosen key frames in the split, ascending where they are not given one by one. */
export function chooseFrames(
  frames: readonly KeyFrame[],
  { indices, scene, limit, seed }: FrameChoice,
): number[] {
  if (indices?.length) {
    const wrong = indices.find((index) => !Number.isSafeInteger(index) || index < 0);
    if (wrong !== undefined || !frames.length) {
      throw new RangeError(
        `Cannot choose key frame ${wrong ?? indices[0]}: the split has ${frames.length}, whole ` +
          "numbers from 0 are possible",
      );
    }
    return indices.map((index) => index % frames.length);
  }
  const all = frames.map((_, i) => i);
  if (scene !== undefined) {
    const scenes = [...new Set(frames.map(({ sceneToken }) => sceneToken))];
    if (!(scene in scenes)) {
      throw new RangeError(
        `Cannot choose scene ${scene}: the split has ${scenes.length}, counted from 0`,
      );
    }
    return all.filter((i) => frames[i]!.sceneToken === scenes[scene]);
  }
  if (limit === undefined || limit >= frames.length) return all;
  const random = new PhiloxStream(seed, STREAM);
  // The first part of a shuffle.
  for (let i = 0; i < limit; i++) {
    const other = i + random.integer(all.length - i);
    [all[i], all[other]] = [all[other]!, all[i]!];
  }
  return all.slice(0, limit).sort((a, b) => a - b);
}
