import { namesIn } from "../../data/files/names_in.ts";
import { basename, dirname, join, resolve } from "@std/path";
import { writeAtomically } from "../../data/files/atomic_file.ts";
import { isFile } from "../../data/files/path_kind.ts";
import { removeIfThere } from "../../data/files/remove_if_there.ts";
import type { TraineeKind } from "./checkpoint.ts";

/** Names the checkpoints of a folder's run, one a line, the newest first. */
const LATEST = "latest";

/** How a trainee's checkpoints are called. */
const NAMES: Readonly<Record<TraineeKind, { of(step: number): string; pattern: RegExp }>> = {
  occupancy: {
    of: (step) => `step_${String(step).padStart(6, "0")}.safetensors`,
    pattern: /^step_(\d+)\.safetensors$/,
  },
  // The name in the 3DGS reference, with another ending.
  splat: { of: (step) => `chkpnt${step}.safetensors`, pattern: /^chkpnt(\d+)\.safetensors$/ },
};

/** How the checkpoint of a step is called. */
export function checkpointName(kind: TraineeKind, step: number): string {
  return NAMES[kind].of(step);
}

/** The checkpoints of the run in a folder: an older run's files may lie beside them. */
export class CheckpointFolder {
  #names: string[] = [];

  /** `keep` newest ones stay, 0 for all. */
  constructor(
    private readonly folder: string,
    private readonly kind: TraineeKind,
    private readonly keep: number,
  ) {}

  /** Says whose the folder is from now on: a run's that goes on from the file `resumed`, or a new one's. */
  begin(resumed: string | undefined): void {
    this.#names = namesUpTo(this.folder, resumed);
    if (isFile(join(this.folder, LATEST)) || checkpointsIn(this.folder).length) this.#write();
  }

  /** Where the checkpoint of a step goes. */
  pathOf(step: number): string {
    return join(this.folder, checkpointName(this.kind, step));
  }

  /** Notes a checkpoint that is whole as the newest one, and removes the oldest beyond `keep`. */
  add(path: string): void {
    const name = basename(path);
    this.#names = [name, ...this.#names.filter((other) => other !== name)];
    const dropped = this.keep > 0 ? this.#names.splice(this.keep) : [];
    this.#write();
    for (const old of dropped) removeIfThere(join(this.folder, old));
  }

  /** What there is to go on from where a checkpoint could not be written. */
  get newest(): string | null {
    const [name] = this.#names;
    return name === undefined ? null : join(this.folder, name);
  }

  #write(): void {
    const text = this.#names.map((name) => `${name}\n`).join("");
    writeAtomically(join(this.folder, LATEST), new TextEncoder().encode(text));
  }
}

/**
 * Paths of the checkpoints of the run in a folder, the newest first: those that `latest` names, or all
 * by their numbers where an older version left no such file. Null where `folder` holds none at all.
 */
export function runCheckpoints(folder: string): string[] | null {
  const listed = listedIn(folder);
  if (listed) return listed.map((name) => join(folder, name));
  const found = checkpointsIn(folder);
  return found.length ? found.map(({ name }) => join(folder, name)) : null;
}

/** Files of checkpoints in a folder, of whichever run, the highest step first. */
export function checkpointsIn(folder: string): { name: string; step: number }[] {
  const patterns = Object.values(NAMES).map(({ pattern }) => pattern);
  return namesIn(folder).flatMap((name) => {
    const step = patterns.map((pattern) => pattern.exec(name)?.[1]).find(Boolean);
    return step === undefined ? [] : [{ name, step: Number(step) }];
  }).sort((a, b) => b.step - a.step);
}

/** Of a resumed run in the same folder, the checkpoints up to the one that it goes on from. */
function namesUpTo(folder: string, resumed: string | undefined): string[] {
  if (resumed === undefined || resolve(dirname(resumed)) !== resolve(folder)) return [];
  const name = basename(resumed);
  const listed = listedIn(folder) ?? checkpointsIn(folder).map(({ name }) => name);
  const at = listed.indexOf(name);
  return at < 0 ? [name] : listed.slice(at);
}

function listedIn(folder: string): string[] | null {
  try {
    const text = Deno.readTextFileSync(join(folder, LATEST));
    return text.split("\n").map((line) => line.trim()).filter(Boolean).map((line) =>
      basename(line)
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
