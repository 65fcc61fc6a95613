import { UNKNOWN } from "./task.ts";

// Ids of the raw files by class; those of no class say nothing, but 0, which is free space.
const IDS: readonly (readonly number[])[] = [
  [0],
  [10, 252],
  [11],
  [15],
  [18, 258],
  [13, 16, 20, 256, 257, 259],
  [30, 254],
  [40, 60],
  [44],
  [48],
  [49],
  [50],
  [51],
  [70],
  [72],
  [80],
  [81],
  [52],
  [99],
];
// Outlier, cyclists, trunks: known, and of no class.
const IGNORED = [1, 31, 32, 71, 253, 255];

/** The largest id of a raw file. */
export const LARGEST_ID = 259;

/** Whether a raw id is one that SSCBench knows. */
export const KNOWN_IDS: ReadonlySet<number> = new Set([...IDS.flat(), ...IGNORED]);

/**
 * Class by raw id, 255 for an id of none. A raw 255, a moving motorcyclist, has nothing to do with the
 * 255 of a class.
 */
export const CLASS_OF_ID: Uint8Array = new Uint8Array(LARGEST_ID + 1).fill(UNKNOWN);
IDS.forEach((ids, label) => ids.forEach((id) => CLASS_OF_ID[id] = label));
