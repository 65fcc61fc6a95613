import { basename, join } from "@std/path";
import { writeAtomically } from "../data/files/atomic_file.ts";
import type { NdArray } from "../data/formats/nd_array.ts";
import { readSafetensors, writeSafetensors } from "../data/formats/safetensors.ts";
import type { Module } from "./module.ts";
import { isFile } from "../data/files/path_kind.ts";

/** What a training run is, beside its weights; plain data. */
export interface TrainingState {
  /** Version of voxsplat that wrote it. */
  readonly version: string;
  /** Name of the preset. */
  readonly preset: string;
  /** The resolved settings. */
  readonly config: unknown;
  /** Of weights, order and dropout. */
  readonly seed: number;
  /** What was trained; absent means the whole model. */
  readonly stage?: "model" | "initializer";
  /** Key frames per step; absent means one. */
  readonly accumulation?: number;
  /** Optimizer steps done. */
  readonly step: number;
  /** Where the random numbers of dropout stand. */
  readonly random: { readonly seed: number; readonly counter: number };
  /** Where the loader stands. */
  readonly position: { readonly epoch: number; readonly index: number };
}

/** A checkpoint as read from disk. */
export interface Checkpoint {
  /** Path of the weights. */
  readonly file: string;
  /** Where training stands. */
  readonly state: TrainingState;
  /** Arrays by name, moments included. */
  readonly weights: Record<string, NdArray>;
  /** AdamW's first and second moment by key. */
  readonly moments: Record<string, [NdArray, NdArray]>;
}

const FIRST = "adamw.first.";
const SECOND = "adamw.second.";
const LATEST = "latest";

/** Whether a key names a moment of the optimizer rather than a weight. */
export function isMomentKey(key: string): boolean {
  return key.startsWith(FIRST) || key.startsWith(SECOND);
}

/**
 * Saves weights, moments and state as `step_N.safetensors` in a folder, and names it in the file
 * `latest`. Both are written under a temporary name and renamed, so `latest` always names a whole one.
 * Older ones than the newest `keep` are removed then; 0 keeps all.
 */
export async function saveCheckpoint(
  folder: string,
  module: Module,
  state: TrainingState,
  { keep = 0 }: { readonly keep?: number } = {},
): Promise<string> {
  await Deno.mkdir(folder, { recursive: true });
  const tensors: [string, NdArray][] = [];
  for (const [key, { value, moments }] of module.namedParameters()) {
    tensors.push([key, {
      dtype: "float32",
      shape: [...value.shape],
      data: await value.read("f32"),
    }]);
    for (const [i, moment] of (moments ?? []).entries()) {
      const name = (i === 0 ? FIRST : SECOND) + key;
      tensors.push([name, {
        dtype: "float32",
        shape: [...value.shape],
        data: await moment.read("f32"),
      }]);
    }
  }
  const name = `step_${String(state.step).padStart(6, "0")}.safetensors`;
  const path = join(folder, name);
  try {
    writeSafetensors(path, tensors, { voxsplat: JSON.stringify(state) }, { checksums: true });
    writeAtomically(join(folder, LATEST), new TextEncoder().encode(`${name}\n`));
  } catch (cause) {
    const bytes = tensors.reduce((sum, [, { data }]) => sum + 4 * data.length, 0);
    throw Object.assign(
      new Error(`Cannot save step ${state.step}, ${bytes} bytes of weights and moments`, { cause }),
      { hint: remaining(folder) },
    );
  }
  if (keep > 0) dropOlder(folder, state.step, keep);
  return path;
}

/** What there is to go on from where a checkpoint could not be written. */
function remaining(folder: string): string {
  try {
    const name = Deno.readTextFileSync(join(folder, LATEST)).trim();
    return `"${name}" is whole and the latest one, --resume-from ${folder} goes on from it`;
  } catch {
    return `"${folder}" holds no checkpoint yet`;
  }
}

/** Removes the oldest checkpoints up to a step, so that `keep` of them stay. */
function dropOlder(folder: string, step: number, keep: number): void {
  const steps = [...Deno.readDirSync(folder)]
    .flatMap(({ name }) => {
      const found = name.match(/^step_(\d+)\.safetensors$/)?.[1];
      return found !== undefined && Number(found) <= step ? [{ name, step: Number(found) }] : [];
    })
    .sort((a, b) => b.step - a.step);
  for (const { name } of steps.slice(keep)) Deno.removeSync(join(folder, name));
}

/** Reads a checkpoint given as its file or as the folder that its `latest` lies in. */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const file = await resolveCheckpoint(path);
  if (/\.(pth|pt|ckpt|bin)$/.test(file)) {
    throw Object.assign(
      new TypeError(
        `Cannot go on from "${file}": it holds weights of another program, it must be a checkpoint of voxsplat`,
      ),
      { hint: "training starts from its weights with --load-from" },
    );
  }
  const { tensors, metadata } = readSafetensors(file);
  const text = metadata.voxsplat;
  if (!text) {
    throw new SyntaxError(
      `Cannot read "${file}": its metadata holds no training state, it is not a checkpoint of voxsplat`,
    );
  }
  const weights: Record<string, NdArray> = {};
  const moments: Record<string, [NdArray, NdArray]> = {};
  for (const [name, array] of tensors) {
    if (name.startsWith(FIRST)) {
      const key = name.slice(FIRST.length);
      const second = tensors.get(SECOND + key);
      if (!second) throw new SyntaxError(`Cannot read "${file}": "${SECOND + key}" is missing`);
      moments[key] = [array, second];
    } else if (!name.startsWith(SECOND)) weights[name] = array;
  }
  return { file, state: JSON.parse(text) as TrainingState, weights, moments };
}

/** Gives a module the weights of a checkpoint, and its parameters the moments. */
export function restore(module: Module, { file, weights, moments }: Checkpoint): void {
  try {
    module.load(weights);
  } catch (error) {
    throw new RangeError(`Cannot restore "${file}": its weights do not fit the model`, {
      cause: error,
    });
  }
  const trained = module.trainableParameters();
  const missing = trained.filter(([key]) => !moments[key]).map(([key]) => key);
  if (missing.length) {
    throw Object.assign(
      new RangeError(
        `Cannot go on from "${file}": it holds no moments of the optimizer for ${missing.length} of ${trained.length} trained parameters, "${
          missing[0]
        }" first, and without them the run would take another course`,
      ),
      { hint: "a new run starts from its weights with --load-from" },
    );
  }
  for (const [key, parameter] of trained) {
    const own = parameter.ensureMoments();
    moments[key]!.forEach((moment, i) => own[i as 0 | 1].write(moment.data as Float32Array));
  }
}

/** The file that a path means: itself, or the latest of the folder that it is. */
export async function resolveCheckpoint(path: string): Promise<string> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch (cause) {
    throw new Error(`Cannot read "${path}": there is no such checkpoint`, { cause });
  }
  if (!info.isDirectory) return path;
  try {
    return join(path, basename((await Deno.readTextFile(join(path, LATEST))).trim()));
  } catch (cause) {
    const error = new Error(
      `Cannot read "${path}": the folder names no "${LATEST}" checkpoint`,
      { cause },
    );
    // A demo's folder has its run inside.
    const inside = join(path, "run");
    throw isFile(join(inside, LATEST))
      ? Object.assign(error, { hint: `did you mean "${inside}"?` })
      : error;
  }
}
