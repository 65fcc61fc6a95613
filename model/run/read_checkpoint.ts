import { join } from "@std/path";
import { pathState } from "../../data/files/door.ts";
import { isFile } from "../../data/files/path_kind.ts";
import {
  type CheckpointRows,
  readCheckpointFile,
  type RunCheckpoint,
  type TraineeKind,
} from "./checkpoint.ts";
import { checkpointsIn, runCheckpoints } from "./checkpoint_folder.ts";

/** A checkpoint, and what was passed over to get to it. */
export interface FoundCheckpoint {
  readonly checkpoint: RunCheckpoint;
  /** Why newer ones were not taken, a line each. */
  readonly remarks: readonly string[];
}

/** What the commands of each kind of run are called in messages, and the option that goes on. */
export const COMMANDS: Readonly<Record<TraineeKind, { command: string; option: string }>> = {
  occupancy: { command: "train", option: "--resume-from" },
  splat: { command: "splat train", option: "--start_checkpoint" },
};

/**
 * Reads a checkpoint given as its file, or the newest whole one of the run in a folder; of its tensors the
 * `rows` that are wanted.
 */
export function findCheckpoint(
  path: string,
  kind: TraineeKind,
  rows?: CheckpointRows,
): FoundCheckpoint {
  const paths = pathsOf(path);
  const remarks: string[] = [];
  for (const file of paths) {
    let checkpoint: RunCheckpoint;
    try {
      checkpoint = readCheckpointFile(file, rows);
    } catch (error) {
      if (paths.length === 1) throw error;
      remarks.push(`passed over: ${(error as Error).message}`);
      continue;
    }
    const { trainee } = checkpoint.state;
    if (trainee === kind) {
      if (remarks.length) remarks.push(`"${file}" is taken, the newest one that is whole`);
      return { checkpoint, remarks };
    }
    const { command, option } = COMMANDS[trainee] ?? {};
    throw Object.assign(
      new TypeError(
        `Cannot go on from "${file}": it is a checkpoint of ${command ?? trainee}, one of ${
          COMMANDS[kind].command
        } is needed`,
      ),
      command ? { hint: `deno task ${command} ${option} ${file} goes on from it` } : {},
    );
  }
  throw new Error(`Cannot go on from "${path}": it holds no whole checkpoint; ${remarks[0]}`);
}

/** The file that a path means: itself, or the newest checkpoint of the run in the folder that it is. */
export function resolveCheckpoint(path: string): string {
  return pathsOf(path)[0]!;
}

function pathsOf(path: string): string[] {
  const info = pathState(path);
  if (info === null) throw new Error(`Cannot read "${path}": there is no such checkpoint`);
  if (!info.isDirectory) return [path];
  const paths = runCheckpoints(path);
  if (paths?.length) return paths;
  const [older] = checkpointsIn(path);
  if (paths && older) {
    throw Object.assign(
      new Error(`Cannot read "${path}": the run in it has saved no checkpoint yet`),
      { hint: `"${join(path, older.name)}" is of the run before` },
    );
  }
  const error = new Error(
    `Cannot read "${path}": it holds no whole checkpoint, the folder names no "latest" one`,
  );
  // A demo's folder has its run inside.
  const inside = join(path, "run");
  throw isFile(join(inside, "latest"))
    ? Object.assign(error, { hint: `did you mean "${inside}"?` })
    : error;
}
