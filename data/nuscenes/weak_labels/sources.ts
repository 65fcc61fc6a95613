import { join } from "@std/path";
import { Field } from "../fields.ts";
import { findVersion, versionsIn } from "../indexing.ts";
import { decodeInfos, keyFramesFromInfos } from "../infos.ts";
import type { KeyFrame } from "../../occupancy/key_frame.ts";
import type { TablesVersion } from "../splits.ts";
import { readTables } from "../tables.ts";
import { boxesFromTables, type Lidarseg, readLidarseg } from "./annotations.ts";
import type { Box } from "../../weak_labels/boxes.ts";
import { boxesFromMmdet3d, hasBoxes } from "./boxes.ts";

/** What labels can be made from. */
export type LabelSources = {
  frames: KeyFrame[];
  /** By key frame token. */
  boxes: Map<string, Box[]> | null;
  /** Where the boxes are from. */
  boxesFrom: string | null;
  lidarseg: Lidarseg | null;
  version: TablesVersion | undefined;
};

/**
 * Finds key frames, boxes and lidarseg: key frames from the index given, else from those of
 * nuscenes_cam/, else from nuScenes' own tables, else from the boxes' file; boxes from the file given,
 * else from the index given if it is mmdet3d's, else from the tables.
 */
export function openSources(
  { dataDir, infos, boxes, version }: {
    dataDir: string;
    infos?: string | undefined;
    boxes?: string | undefined;
    version?: TablesVersion | undefined;
  },
): LabelSources {
  const nuscenes = join(dataDir, "nuscenes");
  const tables = version ?? (versionsIn(nuscenes).length > 0 ? findVersion(nuscenes) : undefined);
  const dir = tables && join(nuscenes, tables);
  const boxesFile = boxes ?? infos;
  const decoded = boxesFile === undefined
    ? null
    : new Field(decodeInfos(readFile(boxesFile), boxesFile), boxesFile, "");
  if (boxes !== undefined && !hasBoxes(decoded!)) {
    throw new SyntaxError(`Cannot read "${boxes}": it holds no boxes, mmdet3d's infos do`);
  }
  const frames = infos !== undefined
    ? keyFramesFromInfos(
      boxes === undefined ? decoded!.value : decodeInfos(readFile(infos), infos),
      infos,
    )
    : indexed(join(dataDir, "nuscenes_cam")) ?? (dir ? readTables(dir) : null) ??
      (decoded && keyFramesFromInfos(decoded.value, boxesFile!));
  if (!frames) {
    throw new Error(
      `Cannot label "${dataDir}": there are no key frames, an index in nuscenes_cam/ or a folder of ` +
        "tables in nuscenes/ must be there",
    );
  }
  const lidarseg = dir ? readLidarseg(dir) : null;
  if (decoded && hasBoxes(decoded)) {
    const found = boxesFromMmdet3d(decoded);
    return { frames, boxes: found, boxesFrom: boxesFile!, lidarseg, version: tables };
  }
  // The tables of the test set come without annotations.
  if (dir && tables !== "v1.0-test") {
    const found = boxesFromTables(dir, frames);
    return { frames, boxes: found, boxesFrom: dir, lidarseg, version: tables };
  }
  if (!lidarseg) {
    throw new Error(
      `Cannot label "${dataDir}": there are no boxes and no lidarseg, mmdet3d's infos or nuScenes' ` +
        "own tables with annotations must be given",
    );
  }
  return { frames, boxes: null, boxesFrom: null, lidarseg, version: tables };
}

/** The key frames of the indices of both splits, as far as they are there. */
function indexed(folder: string): KeyFrame[] | null {
  const frames = ["train", "val"].flatMap((split) => {
    for (const ending of ["pkl", "json"]) {
      const file = join(folder, `nuscenes_infos_${split}_sweeps_occ.${ending}`);
      try {
        return keyFramesFromInfos(decodeInfos(Deno.readFileSync(file), file), file);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    return [];
  });
  return frames.length > 0 ? frames : null;
}

function readFile(path: string): Uint8Array {
  try {
    return Deno.readFileSync(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Error(`Cannot read "${path}": there is no such file`, { cause });
  }
}
