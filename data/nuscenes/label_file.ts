import { join } from "@std/path";
import type { Occupancy } from "../occupancy/coarsen.ts";
import { dataFile } from "../occupancy/data_files.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import type { DataRoots } from "../occupancy/sample.ts";
import { readSurroundOcc } from "./surround_occ.ts";

/**
 * Path of a key frame's SurroundOcc labels, in the folder that holds samples/ or in samples/ itself, which
 * the original's `occ_path` names.
 */
export function labelFile({ lidar }: KeyFrame, { labels }: DataRoots): string {
  return dataFile(labels, join("samples", `${lidar.file.split(/[\\/]/).at(-1)}.npy`));
}

/** The labels of a key frame from its file. */
export async function readLabels(frame: KeyFrame, roots: DataRoots): Promise<Occupancy> {
  const file = labelFile(frame, roots);
  return readSurroundOcc(await Deno.readFile(file), file);
}
