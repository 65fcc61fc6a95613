import { join } from "@std/path";
import { writeInfos } from "./infos_writer.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import { isInSplit, TABLES_VERSIONS, type TablesVersion } from "./splits.ts";
import { readTables } from "./tables.ts";
import { fileExists } from "../files/path_kind.ts";

/** What to index and where to put it. */
export type IndexOptions = {
  /** nuScenes' folder: holds samples/ and the folder of tables. */
  nuscenes: string;
  /** The index to write, a pickle or, if it ends in ".json", JSON. */
  out: string;
  /** Which tables; may be left out where the folder has only one of them. */
  version?: TablesVersion | undefined;
  /** The part of nuScenes' official split to keep; all scenes if left out. */
  split?: "train" | "val" | undefined;
  /** Folder of SurroundOcc labels (holds samples/), to fill in their paths. */
  labels?: string | undefined;
  /** Leave out key frames of which a picture or the lidar sweep is missing. */
  skipMissing?: boolean | undefined;
  /** Told how many of the tables' bytes are read, then how many key frames' files are looked for. */
  onProgress?: (phase: "tables" | "files", done: number, total: number) => void;
};

/** What was indexed. */
export type IndexReport = {
  version: TablesVersion;
  scenes: number;
  /** Key frames in the index. */
  keyFrames: number;
  /** Pictures and lidar sweeps that the tables name and the folder lacks, and the first of them. */
  missing: { pictures: number; sweeps: number; first: string | null };
  /** Key frames left out for their missing files. */
  skipped: number;
  /** Key frames with labels; null if no folder of labels was given. */
  labelled: number | null;
};

/** Builds an index in GaussianFormer's schema from nuScenes' own tables and writes it. */
export function indexNuscenes(options: IndexOptions): IndexReport {
  const { nuscenes, out, split, labels, skipMissing = false, onProgress } = options;
  const version = options.version ?? findVersion(nuscenes);
  const frames = readTables(join(nuscenes, version), {
    ...(split ? { scenes: (name: string) => isInSplit(name, split, version) } : {}),
    onProgress: (done, total) => onProgress?.("tables", done, total),
  });
  const missing: IndexReport["missing"] = { pictures: 0, sweeps: 0, first: null };
  const whole = frames.filter((frame, i) => {
    if (i % 64 === 0) onProgress?.("files", i, frames.length);
    const sweep = fileExists(join(nuscenes, frame.lidar.file)) ? null : frame.lidar.file;
    const pictures = frame.cameras.map(({ file }) => file)
      .filter((file) => !fileExists(join(nuscenes, file)));
    missing.pictures += pictures.length;
    if (sweep) missing.sweeps++;
    missing.first ??= pictures[0] ?? sweep;
    return pictures.length === 0 && !sweep;
  });
  onProgress?.("files", frames.length, frames.length);
  const kept = skipMissing ? renumbered(whole) : frames;
  if (kept.length === 0) {
    const of = split ? `the ${split} split of ` : "";
    throw new Error(
      `Cannot index "${nuscenes}": ${of}${version} has ` +
        (frames.length === 0
          ? "no key frames"
          : `${frames.length} key frames, of each of which a file is missing, "${missing.first}" first`),
    );
  }
  let labelled = 0;
  const occPath = (frame: KeyFrame) => {
    if (labels === undefined) return "";
    const path = join(labels, "samples", `${frame.lidar.file.split("/").at(-1)}.npy`);
    if (!fileExists(path)) return "";
    labelled++;
    return path;
  };
  writeInfos(out, kept, { occPath });
  return {
    version,
    scenes: new Set(kept.map(({ sceneToken }) => sceneToken)).size,
    keyFrames: kept.length,
    missing,
    skipped: frames.length - kept.length,
    labelled: labels === undefined ? null : labelled,
  };
}

/** The one folder of tables that nuScenes' folder has. */
export function findVersion(nuscenes: string): TablesVersion {
  const found = versionsIn(nuscenes);
  if (found.length === 1) return found[0]!;
  throw new Error(
    `Cannot find the tables in "${nuscenes}": it has ${
      found.length === 0
        ? `none of ${TABLES_VERSIONS.join(", ")}`
        : `${found.join(" and ")}, say which`
    }`,
  );
}

/** The folders of tables that nuScenes' folder has. */
export function versionsIn(nuscenes: string): TablesVersion[] {
  return TABLES_VERSIONS.filter((name) => fileExists(join(nuscenes, name, "sample.json")));
}

/** Places within scenes, from 0 again after some key frames were left out. */
function renumbered(frames: readonly KeyFrame[]): KeyFrame[] {
  let index = 0;
  return frames.map((frame, i) => {
    index = frames[i - 1]?.sceneToken === frame.sceneToken ? index + 1 : 0;
    return { ...frame, index };
  });
}
