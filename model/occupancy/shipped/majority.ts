import type { Checkpoint } from "../training/training_state.ts";

/** The array of a shipped checkpoint with each voxel's most frequent class over its training streets. */
export const MAJORITY = "majority";

/** Those labels, which any model must beat. */
export function majorityOf({ file, arrays }: Pick<Checkpoint, "file" | "arrays">): Uint8Array {
  const labels = arrays.get(MAJORITY)?.data;
  if (labels instanceof Uint8Array) return labels;
  throw new TypeError(`Cannot read "${file}": it holds no labels of the majority`);
}
