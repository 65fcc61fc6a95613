import { join } from "@std/path";
import { writeAtomically } from "../../files/atomic_file.ts";
import { writeNpy } from "../../formats/numpy/npy.ts";
import { dataFile } from "../../occupancy/data_files.ts";
import type { KeyFrame } from "../../occupancy/key_frame.ts";
import { rowsFromDense } from "../surround_occ.ts";
import { POINT_FLOATS, readSweep } from "../sweep.ts";
import { sortSweep } from "../../weak_labels/cloud.ts";
import { prepareSamplesFolder } from "../../weak_labels/label_folder.ts";
import { labelFrames, type SortedFrame } from "../../weak_labels/label_frames.ts";
import type { LabelShare } from "../../weak_labels/label_share.ts";
import { NUSCENES_RULE } from "./rule.ts";
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
  prepareSamplesFolder(out, {
    weak: true,
    what: "weak labels in SurroundOcc's format, made from lidar; not SurroundOcc's own",
    boxes: sources.boxesFrom,
    lidarseg: sources.lidarseg !== null,
    neighbours,
    withoutLidarseg:
      "ground up to 0.25 m is 11, low things up to 0.6 m are 14, everything else is 15",
  });
  let voxels = 0;
  const counts = labelFrames({
    ...{ frames, rule: NUSCENES_RULE, neighbours, skipBad, share, onProgress },
    sort: (frame) => sortKeyFrame(frame, join(dataDir, "nuscenes"), sources),
    write: ({ lidar }, dense) => {
      const rows = rowsFromDense(dense);
      writeAtomically(
        join(out, "samples", `${lidar.file.split("/").at(-1)}.npy`),
        writeNpy({ shape: [rows.length / 4, 4], dtype: "int64", data: rows }),
      );
      voxels += rows.length / 4;
    },
  });
  const report: LabelReport = {
    ...counts,
    voxels,
    boxes: sources.boxesFrom,
    lidarseg: sources.lidarseg !== null,
  };
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

/** The sweep of a key frame sorted by what annotates it; null where nothing does. */
function sortKeyFrame(
  { token, lidar }: KeyFrame,
  nuscenes: string,
  { boxes: byToken, lidarseg }: LabelSources,
): SortedFrame | null {
  const classes = lidarseg?.files.get(lidar.file);
  const boxes = byToken?.get(token);
  if (!boxes && classes === undefined) return null;
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
  const options = { boxes: boxes ?? [], labels, rule: NUSCENES_RULE, stride: POINT_FLOATS };
  return { sweep: sortSweep(sweep, lidar, options), boxes: boxes ?? [] };
}
