import { encodeCheckpoint, type TraineeKind } from "./checkpoint.ts";
import { checkpointName } from "./checkpoint_folder.ts";
import type { RunStore } from "./run_store.ts";
import type { Trainee, TraineeState } from "./trainee.ts";

/** A run without a folder: the bytes of its checkpoints, as files hold them, go to `keep`. */
export class MemoryStore<Event, T extends Trainee<Event>> implements RunStore<Event, T> {
  newest: string | null = null;

  constructor(
    private readonly kind: TraineeKind,
    private readonly keep: (checkpoint: Uint8Array, step: number) => void,
  ) {}

  async begin(): Promise<void> {}

  async add(): Promise<void> {}

  async save(trainee: T, step: number, state: TraineeState): Promise<string> {
    this.keep(await encodeCheckpoint(trainee, { step, kind: this.kind, state }), step);
    return this.newest = checkpointName(this.kind, step);
  }

  get remaining(): string {
    return this.newest === null ? "there is no checkpoint" : `"${this.newest}" is the latest one`;
  }

  [Symbol.dispose](): void {}
}
