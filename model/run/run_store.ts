import type { Trainee, TraineeState } from "./trainee.ts";

/** Where a run is kept: a folder, or the memory of a page. */
export interface RunStore<Event, T extends Trainee<Event>> extends Disposable {
  /** Opens it for a run, before its first step. */
  begin(trainee: T): Promise<void>;
  /** Keeps what an event leaves. */
  add(event: Event): Promise<void>;
  /** Saves a checkpoint; returns what it is called. */
  save(trainee: T, step: number, state: TraineeState): Promise<string>;
  /** The newest checkpoint of the run. */
  readonly newest: string | null;
  /** Says what there is to go on from. */
  readonly remaining: string;
}
