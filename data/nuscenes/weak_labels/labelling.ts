import { join } from "@std/path";
import { writeAtomically } from "../../files/atomic_file.ts";
import { writeNpy } from "../../formats/numpy/npy.ts";
import { dataFile } from "../../occupancy/data_files.ts";
import type { KeyFrame } from "../../occupancy/key_frame.ts";
import { rowsFromDense } from "../surround_occ.ts";
import { POINT_FLOATS, readSweep } from "../sweep.ts";
import type { Box } from "./boxes.ts";
import { type SortedSweep, sortSweep } from "./cloud.ts";
import { weakLabels } from "./key_frame_labels.ts";
import { prepareLabelFolder } from "./label_folder.ts";
import { framesOfShare, type LabelShare } from "./label_share.ts";
import { type LabelSources, openSources } from "./sources.ts";

/** What to label and where to put it. */
export type LabelOptions = {
  /** Folder with nuscenes/, and with nuscenes_cam/ where the key frames are those of its indices. */
  dataDir: string;
  /** Gets samples/<lidar file>.npy and weak_labels.json. */
  out: string;
  /** Another index of key frames. */
  infos?: string | undefined;
  /** Boxes from mmdet3d infos instead of nuScenes' own tables. */
  boxes?: string | undefined;
  /** Which of nuScenes' own tables; may be left out where there is one folder of them. */
  version?: LabelSources["version"] | undefined;
  /** Key frames before and after one, of its scene, whose sweeps are taken along; default 4. */
  neighbours?: number | undefined;
  /** Skip and count key frames with a broken or missing sweep instead of failing. */
  skipBad?: boolean | undefined;
  onProgress?: (done: number, total: number) => void;
  /** Which part of the key frames; all unless given. Whoever asks for one looks at what came of all. */
  share?: LabelShare | undefined;
};

/** What was labelled. */
export type LabelReport = {
  keyFrames: number;
  labelled: number;
  /** Key frames that nothing annotates. */
  withoutAnnotations: number;
  /** Key frames with a broken or missing sweep, and why the first was left out. */
  bad: number;
  firstBad: string | null;
  /** Voxels with a label in all. */
  voxels: number;
  /** Where the boxes came from, and whether lidarseg told the classes of points. */
  boxes: string | null;
  lidarseg: boolean;
};

/**
 * Makes weak labels in SurroundOcc's format from lidar sweeps with boxes, lidarseg or both, for those
 * who have no download of SurroundOcc's own. They say less and err more than those: what no sweep of
 * the key frame and its neighbours hit stays empty.
 */
export function labelKeyFrames(options: LabelOptions): LabelReport {
  const { dataDir, out, neighbours = 4, skipBad = false, onProgress, share } = options;
  const sources = openSources(options);
  const { frames } = sources;
  prepareLabelFolder(out, {
    weak: true,
    what: "weak labels in SurroundOcc's format, made from lidar; not SurroundOcc's own",
    boxes: sources.boxesFrom,
    lidarseg: sources.lidarseg !== null,
    neighbours,
    withoutLidarseg:
      "ground up to 0.25 m is 11, low things up to 0.6 m are 14, everything else is 15",
  });
  const [from, to] = framesOfShare(frames.length, share);
  const report: LabelReport = {
    keyFrames: to - from,
    labelled: 0,
    withoutAnnotations: 0,
    bad: 0,
    firstBad: null,
    voxels: 0,
    boxes: sources.boxesFrom,
    lidarseg: sources.lidarseg !== null,
  };
  const sorted = new Map<number, Sorted | Error | null>();
  const at = (index: number) => {
    let found = sorted.get(index);
    if (found === undefined) {
      sorted.set(index, found = sortKeyFrame(frames[index]!, join(dataDir, "nuscenes"), sources));
    }
    return found;
  };
  for (let i = from; i < to; i++) {
    onProgress?.(i - from, to - from);
    sorted.delete(i - neighbours - 1);
    const own = at(i);
    if (own === null) report.withoutAnnotations++;
    else if (own instanceof Error) {
      if (!skipBad) throw own;
      report.bad++;
      report.firstBad ??= own.message;
    } else {
      const around: SortedSweep[] = [];
      const last = Math.min(frames.length - 1, i + neighbours);
      for (let k = Math.max(0, i - neighbours); k <= last; k++) {
        if (k === i || frames[k]!.sceneToken !== frames[i]!.sceneToken) continue;
        const other = at(k);
        if (other && !(other instanceof Error)) around.push(other.sweep);
      }
      const rows = rowsFromDense(weakLabels(own.sweep, own.boxes, around));
      writeAtomically(
        join(out, "samples", `${frames[i]!.lidar.file.split("/").at(-1)}.npy`),
        writeNpy({ shape: [rows.length / 4, 4], dtype: "int64", data: rows }),
      );
      report.labelled++;
      report.voxels += rows.length / 4;
    }
  }
  onProgress?.(to - from, to - from);
  if (!share) assertLabelled(dataDir, report);
  return report;
}

/** Throws where nothing was labelled at all. */
export function assertLabelled(
  dataDir: string,
  { keyFrames, labelled, withoutAnnotations, bad }: LabelReport,
): void {
  if (labelled > 0) return;
  throw new Error(
    `Cannot label "${dataDir}": of ${keyFrames} key frames ${withoutAnnotations} have ` +
      `neither boxes nor lidarseg and ${bad} no readable sweep`,
  );
}

type Sorted = { sweep: SortedSweep; boxes: readonly Box[] };

/** The sweep of a key frame sorted by what annotates it; null where nothing does. */
function sortKeyFrame(
  { token, lidar }: KeyFrame,
  nuscenes: string,
  { boxes: byToken, lidarseg }: LabelSources,
): Sorted | Error | null {
  const classes = lidarseg?.files.get(lidar.file);
  const boxes = byToken?.get(token);
  if (!boxes && classes === undefined) return null;
  try {
    const file = dataFile(nuscenes, lidar.file);
    const sweep = readSweep(Deno.readFileSync(file), file);
    let labels: Uint8Array | null = null;
    if (lidarseg && classes !== undefined) {
      const from = join(nuscenes, classes);
      labels = Deno.readFileSync(from).map((category) => lidarseg.labels[category]!);
      if (labels.length !== sweep.length / POINT_FLOATS) {
        throw new SyntaxError(
          `Cannot read "${from}": it has ${labels.length} classes, ` +
            `its sweep has ${sweep.length / POINT_FLOATS} points`,
        );
      }
    }
    return { sweep: sortSweep(sweep, lidar, { boxes: boxes ?? [], labels }), boxes: boxes ?? [] };
  } catch (error) {
    return error as Error;
  }
}
