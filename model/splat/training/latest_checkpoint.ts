import { join } from "@std/path";
import { readSplatCheckpoint, type SplatCheckpoint } from "./splat_checkpoint.ts";
import { isFolder } from "../../../data/files/path_kind.ts";

/** Name of the checkpoint of an iteration in a model's folder. */
export function checkpointName(iteration: number): string {
  return `chkpnt${iteration}.safetensors`;
}

/** A checkpoint, and what was passed over to get to it. */
export interface FoundCheckpoint {
  readonly checkpoint: SplatCheckpoint;
  /** Why newer ones were not taken, a line each. */
  readonly remarks: readonly string[];
}

/** Reads a checkpoint file; of a model's folder the newest one that is whole. */
export function findCheckpoint(path: string): FoundCheckpoint {
  if (!isFolder(path)) return { checkpoint: readSplatCheckpoint(path), remarks: [] };
  const remarks: string[] = [];
  for (const iteration of iterationsIn(path)) {
    try {
      return { checkpoint: readSplatCheckpoint(join(path, checkpointName(iteration))), remarks };
    } catch (error) {
      remarks.push(`passed over: ${(error as Error).message}`);
    }
  }
  throw new Error(
    `Cannot go on from "${path}": it holds no whole "${checkpointName(0).replace("0", "N")}"${
      remarks.length ? `; ${remarks[0]}` : ""
    }`,
  );
}

/** Iterations that a folder has checkpoints of, the last one first. */
function iterationsIn(folder: string): number[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name }) => {
    const number = /^chkpnt(\d+)\.safetensors$/.exec(name)?.[1];
    return number ? [Number(number)] : [];
  }).sort((a, b) => b - a);
}
