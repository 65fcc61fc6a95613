import { join } from "@std/path";
import { fileExists } from "../files/path_kind.ts";
import type { Split } from "../occupancy/dataset.ts";
import { writeIndexFile } from "../own/index_writer.ts";
import { rawLabelOf } from "./dataset.ts";
import { readFrames } from "./frames.ts";

/** What to index and where to put it. */
export interface Kitti360IndexOptions {
  /** SSCBench's folder: holds data_2d_raw/ and preprocess/. */
  readonly root: string;
  /** Which drives. */
  readonly split: Split;
  /** The index to write, JSON lines. */
  readonly out: string;
  /** Leave out key frames whose picture is missing. */
  readonly skipMissing?: boolean | undefined;
}

/** What was indexed. */
export interface Kitti360IndexReport {
  /** Sequences. */
  readonly scenes: number;
  /** Key frames in the index. */
  readonly keyFrames: number;
  /** Pictures that are not there, and the first of them. */
  readonly missing: { readonly pictures: number; readonly first: string | null };
  /** Key frames left out for their missing pictures. */
  readonly skipped: number;
  /** Key frames with labels, preprocessed or raw. */
  readonly labelled: number;
}

/** Writes an index of a split of SSCBench-KITTI-360, which is then read in place of the folders. */
export function indexKitti360(options: Kitti360IndexOptions): Kitti360IndexReport {
  const { root, split, out, skipMissing = false } = options;
  const frames = readFrames(root, split);
  const absent = frames.filter(({ cameras }) => !fileExists(join(root, cameras[0]!.file)));
  const kept = skipMissing ? frames.filter((frame) => !absent.includes(frame)) : frames;
  if (kept.length === 0) {
    throw new Error(
      `Cannot index "${root}": its ${split} split has ` +
        (frames.length === 0
          ? `no voxels, those of "data_2d_raw/DRIVE/voxels/NNNNNN.bin" are looked for`
          : `${frames.length} key frames, the pictures of all of which are missing`),
    );
  }
  writeIndexFile(out, kept);
  return {
    scenes: new Set(kept.map(({ sceneToken }) => sceneToken)).size,
    keyFrames: kept.length,
    missing: { pictures: absent.length, first: absent[0]?.cameras[0]?.file ?? null },
    skipped: frames.length - kept.length,
    labelled:
      kept.filter((frame) =>
        fileExists(join(root, frame.labels!)) || fileExists(join(root, rawLabelOf(frame)))
      ).length,
  };
}
