import type { KeyFrame } from "../occupancy/key_frame.ts";
import type { Box } from "./boxes.ts";
import type { SortedSweep } from "./cloud.ts";
import { weakLabels } from "./frame_labels.ts";
import type { LabelRule } from "./label_rule.ts";
import { framesOfShare, type LabelShare } from "./label_share.ts";

/** A key frame's sweep, sorted by what annotates it. */
export type SortedFrame = { sweep: SortedSweep; boxes: readonly Box[] };

/** How key frames are labelled. */
export interface LabelFrames {
  readonly frames: readonly KeyFrame[];
  readonly rule: LabelRule;
  /** Key frames before and after one, of its scene, whose sweeps are taken along. */
  readonly neighbours: number;
  /** Count key frames with a broken or missing sweep instead of failing. */
  readonly skipBad: boolean;
  readonly share: LabelShare | undefined;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
  /** The sweep of a key frame; null where nothing annotates it. */
  readonly sort: (frame: KeyFrame) => SortedFrame | null;
  /** Takes the labels of a key frame [x, y, z] and those sweeps that they are of, its own first. */
  readonly write: (
    frame: KeyFrame,
    dense: Uint8Array,
    sweeps: readonly SortedSweep[],
  ) => void;
}

/** How many key frames were labelled and how many not. */
export interface LabelCounts {
  /** All that were looked at. */
  readonly keyFrames: number;
  /** Those that have labels now. */
  readonly labelled: number;
  /** Key frames that nothing annotates. */
  readonly withoutAnnotations: number;
  /** Key frames with a broken or missing sweep. */
  readonly bad: number;
  /** Why the first of them was left out. */
  readonly firstBad: string | null;
}

/** Labels key frames one after the other, each with the still points of its neighbours. */
export function labelFrames(
  { frames, rule, neighbours, skipBad, share, onProgress, sort, write }: LabelFrames,
): LabelCounts {
  const [from, to] = framesOfShare(frames.length, share);
  let [labelled, withoutAnnotations, bad] = [0, 0, 0];
  let firstBad: string | null = null;
  const sorted = new Map<number, SortedFrame | Error | null>();
  const at = (index: number) => {
    let found = sorted.get(index);
    if (found === undefined) sorted.set(index, found = attempt(() => sort(frames[index]!)));
    return found;
  };
  for (let i = from; i < to; i++) {
    onProgress?.(i - from, to - from);
    sorted.delete(i - neighbours - 1);
    const own = at(i);
    if (own === null) withoutAnnotations++;
    else if (own instanceof Error) {
      if (!skipBad) throw own;
      bad++;
      firstBad ??= own.message;
    } else {
      const around: SortedSweep[] = [];
      const last = Math.min(frames.length - 1, i + neighbours);
      for (let k = Math.max(0, i - neighbours); k <= last; k++) {
        if (k === i || frames[k]!.sceneToken !== frames[i]!.sceneToken) continue;
        const other = at(k);
        if (other && !(other instanceof Error)) around.push(other.sweep);
      }
      const dense = weakLabels(own.sweep, own.boxes, around, rule);
      write(frames[i]!, dense, [own.sweep, ...around]);
      labelled++;
    }
  }
  onProgress?.(to - from, to - from);
  return { keyFrames: to - from, labelled, withoutAnnotations, bad, firstBad };
}

function attempt<T>(make: () => T): T | Error {
  try {
    return make();
  } catch (error) {
    return error as Error;
  }
}
