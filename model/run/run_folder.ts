import { basename, join } from "@std/path";
import { FolderLock } from "../../data/files/folder_lock.ts";
import { sweepTemporaryFiles } from "../../data/files/temporary_files.ts";
import { type TraineeKind, writeCheckpoint } from "./checkpoint.ts";
import { CheckpointFolder } from "./checkpoint_folder.ts";
import { COMMANDS } from "./read_checkpoint.ts";
import { RowFile } from "./row_file.ts";
import type { RunStore } from "./run_store.ts";
import type { Trainee, TraineeState } from "./trainee.ts";

/** What follows a run and writes of it what it likes. */
export interface RunWatcher<Event> {
  /** Is called with every event; the run waits meanwhile. */
  add(event: Event): Promise<void> | void;
  /** Closes its files. */
  close(): void;
}

/** What a run leaves in a folder. */
export interface RunFiles<Event, T extends Trainee<Event>> {
  readonly folder: string;
  readonly kind: TraineeKind;
  /** Folders below it that a run writes to as well. */
  readonly below?: () => readonly string[];
  /** Newest checkpoints that stay; 0 for all. */
  readonly keep?: number;
  /** Of each file of JSON lines, the row that an event leaves there, if any. */
  readonly rows: Readonly<Record<string, (event: Event) => object | null>>;
  /** Clears what must go, writes what is known before the first step, and follows the run from there on. */
  readonly begin: (trainee: T) => Promise<RunWatcher<Event>> | RunWatcher<Event>;
}

/** The folder of a run that goes on: locked, cleared of what dead writers left, its files open. */
export class RunFolder<Event, T extends Trainee<Event>> implements RunStore<Event, T> {
  readonly #lock: FolderLock;
  readonly #checkpoints: CheckpointFolder;
  #rows: [RowFile, (event: Event) => object | null][] = [];
  #watcher: RunWatcher<Event> | null = null;

  /** Takes the lock before anything else in the folder is touched. */
  constructor(private readonly files: RunFiles<Event, T>) {
    const { folder, kind, keep = 0, below } = files;
    this.#lock = FolderLock.take(folder);
    try {
      sweepTemporaryFiles([folder, ...below?.() ?? []]);
      this.#checkpoints = new CheckpointFolder(folder, kind, keep);
    } catch (error) {
      this.#lock[Symbol.dispose]();
      throw error;
    }
  }

  /** Opens the files of a run: what they say of steps past the trainee's first goes. */
  async begin(trainee: T): Promise<void> {
    const { folder, rows, begin } = this.files;
    const { counts, first: after, resumed } = trainee;
    this.#watcher = await begin(trainee);
    this.#checkpoints.begin(resumed);
    for (const [name, rowOf] of Object.entries(rows)) {
      const path = join(folder, name);
      this.#rows.push([RowFile.open(path, { counts, after }), rowOf]);
    }
  }

  /** Writes what an event leaves. */
  async add(event: Event): Promise<void> {
    for (const [file, rowOf] of this.#rows) {
      const row = rowOf(event);
      if (row) file.add(row as Record<string, unknown>);
    }
    await this.#watcher?.add(event);
  }

  /** Saves a checkpoint; returns its path. */
  async save(trainee: T, step: number, state: TraineeState): Promise<string> {
    const path = this.#checkpoints.pathOf(step);
    try {
      await writeCheckpoint(path, trainee, { step, kind: this.files.kind, state });
      this.#checkpoints.add(path);
    } catch (cause) {
      const bytes = trainee.parameters().reduce(
        (sum, [, { value, moments }]) => sum + 4 * value.size * (moments ? 3 : 1),
        0,
      );
      throw Object.assign(
        new Error(
          `Cannot save ${trainee.counts} ${step}, ${bytes} bytes of weights and moments`,
          { cause },
        ),
        { hint: this.remaining },
      );
    }
    try {
      this.#lock.check();
    } catch (error) {
      throw Object.assign(error as Error, { hint: `it was made again to save "${path}"` });
    }
    return path;
  }

  /** The newest checkpoint of the run. */
  get newest(): string | null {
    return this.#checkpoints.newest;
  }

  /** Says what there is to go on from. */
  get remaining(): string {
    const { newest } = this.#checkpoints;
    const { folder, kind } = this.files;
    return newest === null
      ? `"${folder}" holds no checkpoint of this run`
      : `"${basename(newest)}" is whole and the latest one, ${
        COMMANDS[kind].option
      } ${newest} goes on from it`;
  }

  [Symbol.dispose](): void {
    for (const [file] of this.#rows) file.close();
    this.#watcher?.close();
    this.#lock[Symbol.dispose]();
  }
}
