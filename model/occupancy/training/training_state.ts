import { checkState, COUNT, type Kind, NUMBER, TEXT } from "../../run/state_kinds.ts";
import type { RunCheckpoint, RunState } from "../../run/checkpoint.ts";
import { findCheckpoint } from "../../run/read_checkpoint.ts";
import type { ModelConfig } from "../config/model_config.ts";
import { orShipped } from "../shipped/shipped_models.ts";
import type { ClipState } from "../stream/clip_memory.ts";
import type { Stage } from "./staged_model.ts";

/** What a training run is, beside its weights; plain data. */
export interface TrainingState extends RunState {
  /** Name of the preset. */
  readonly preset: string;
  /** What was trained; absent means the whole model. */
  readonly stage?: Stage;
  /** Batches per step; absent means one. */
  readonly accumulation?: number;
  /** Processes that took each step together; absent means one. */
  readonly ranks?: number;
  /** Where the loader stands. */
  readonly position: { readonly epoch: number; readonly index: number };
  /** Of what was seen, where a stream is within a clip. */
  readonly clip?: ClipState;
}

/** A checkpoint of a training run as read from disk. */
export interface Checkpoint extends RunCheckpoint<TrainingState> {
  /** Why newer ones of its folder were not taken, a line each. */
  readonly remarks?: readonly string[];
}

const FROM_ONE: Kind = {
  holds: (value) => value === undefined || (COUNT.holds(value) && value !== 0),
  is: "a whole number from 1 on",
};

const KINDS: Readonly<Record<string, Kind>> = {
  preset: TEXT,
  "position.epoch": COUNT,
  "position.index": COUNT,
  stage: {
    holds: (value) => value === undefined || value === "model" || value === "initializer",
    is: '"model" or "initializer"',
  },
  clip: {
    holds: (value) => value === undefined || isClipState(value),
    is: "a clip's epoch, number, scene, seconds and pose",
  },
  accumulation: FROM_ONE,
  ranks: FROM_ONE,
};

function isClipState(value: unknown): boolean {
  const { epoch, clip, scene, seconds, worldFromFrame } = (value ?? {}) as Partial<ClipState>;
  return COUNT.holds(epoch) && COUNT.holds(clip) && TEXT.holds(scene) && NUMBER.holds(seconds) &&
    Array.isArray(worldFromFrame) && worldFromFrame.length === 16 &&
    worldFromFrame.every(NUMBER.holds);
}

/** Reads a checkpoint given as its file, the newest whole one of the run in a folder, or a shipped model. */
export function readCheckpoint(path: string): Promise<Checkpoint> {
  return Promise.resolve().then(() => {
    if (/\.(pth|pt|ckpt|bin)$/.test(path)) throw ofAnotherProgram(path);
    const { checkpoint, remarks } = findCheckpoint(orShipped(path), "occupancy");
    checkState(checkpoint, KINDS, stepsOf);
    return { ...checkpoint as RunCheckpoint<TrainingState>, remarks };
  });
}

function stepsOf({ config }: TrainingState): number {
  const { optim } = config as Partial<ModelConfig>;
  return optim?.steps ?? Infinity;
}

function ofAnotherProgram(path: string): TypeError {
  return Object.assign(
    new TypeError(
      `Cannot go on from "${path}": it holds weights of another program, it must be a checkpoint of voxsplat`,
    ),
    { hint: "training starts from its weights with --load-from" },
  );
}
