import { join } from "@std/path";
import { readSafetensorsHeader } from "../../../data/formats/safetensors.ts";
import { isFile, isFolder } from "../../../data/files/path_kind.ts";
import { resolveCheckpoint } from "../../run/read_checkpoint.ts";
import type { Module, NamedArray } from "../../module.ts";
import { findWeights, weightsFormat } from "../../weights_file.ts";
import { orShipped } from "../shipped/shipped_models.ts";
import { models } from "../table.ts";
import { type Checkpoint, readCheckpoint, type TrainingState } from "../training/training_state.ts";
import { DERIVED_KEYS } from "./derived_keys.ts";
import { fromUpstream } from "./upstream_names.ts";

/** Weights as read from disk, by the names that the modules here have. */
export interface TrainedWeights {
  /** Path of the weights. */
  readonly file: string;
  /** Arrays by our names. */
  readonly weights: Readonly<Record<string, NamedArray>>;
  /** How they were trained; null for files of other programs. */
  readonly state: TrainingState | null;
  /** What is to be said of how they were read. */
  readonly remarks?: readonly string[];
}

/**
 * Reads weights from a checkpoint of ours (a file or its folder, or the name of a shipped model), from a
 * checkpoint of the original, or from safetensors with its key names. Arrays of PyTorch files are read when they are first used.
 */
export async function readTrainedWeights(path: string): Promise<TrainedWeights> {
  const file = await fileOfCheckpoint(path);
  // Of a run's folder an older one is taken where the newest is broken, which its header may be too.
  const ofRun = isFolder(path) && !file.endsWith(".pth");
  if (ofRun || isOurs(file)) return ownNames(await readCheckpoint(path));
  const found = findWeights(file);
  const { weights, remarks } = fromUpstream(found.weights);
  const told = [...found.remarks, ...remarks].map((remark) => `"${file}": ${remark}`);
  return { file, weights, state: null, remarks: told };
}

/**
 * Gives a model all its weights. Every missing, unexpected and misshapen key is told in one error, with
 * the preset whose weights these seem to be.
 */
export function loadTrained(model: Module, { file, weights, state }: TrainedWeights): void {
  try {
    model.load(weights, { ignore: DERIVED_KEYS });
  } catch (cause) {
    const preset = state?.preset ?? otherPreset(model, weights);
    const hint = state?.stage === "initializer"
      ? "they are of a depth network alone, train --load-from takes them over"
      : preset && `they seem to be of preset "${preset}"`;
    throw Object.assign(
      new RangeError(`Cannot load "${file}": its weights do not fit the model`, { cause }),
      hint ? { hint } : {},
    );
  }
}

/** The preset that weights belong to where it is not that of the model, told by its anchors. */
function otherPreset(model: Module, weights: Readonly<Record<string, NamedArray>>): string | null {
  const own = new Map(model.namedParameters());
  const same = ["lifter.anchor", "lifter.random_anchors"].every((key) =>
    own.get(key)?.shape[0] === weights[key]?.shape[0]
  );
  return same ? null : presetOf(weights);
}

/** The preset that weights of the original belong to, told by the shapes of the anchors. */
export function presetOf(weights: Readonly<Record<string, NamedArray>>): string | null {
  return presetsOf(weights)[0] ?? null;
}

/** All presets that weights may belong to, by the shapes of the anchors; the original's first. */
export function presetsOf(weights: Readonly<Record<string, NamedArray>>): string[] {
  return models.flatMap((model) =>
    Object.entries(model.presets).flatMap(([name, config]) =>
      model.fits(config, weights) ? [name] : []
    )
  );
}

function ownNames({ file, weights, state, remarks = [] }: Checkpoint): TrainedWeights {
  return { file, weights, state, remarks };
}

/**
 * The file that a path means: itself, the latest checkpoint of a folder of ours or the original's, or a
 * shipped model.
 */
export async function fileOfCheckpoint(named: string): Promise<string> {
  const path = orShipped(named);
  // The original's work folders link their newest checkpoint so.
  const link = join(path, "latest.pth");
  return !isFile(join(path, "latest")) && isFile(link) ? link : await resolveCheckpoint(path);
}

function isOurs(file: string): boolean {
  return weightsFormat(file) === "safetensors" &&
    "voxsplat" in readSafetensorsHeader(file).metadata;
}
