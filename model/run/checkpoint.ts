import type { NdArray } from "../../data/formats/nd_array.ts";
import {
  encodeSafetensors,
  readSafetensors,
  type SafetensorsHeader,
  writeSafetensors,
} from "../../data/formats/safetensors.ts";
import {
  type PiecedTensor,
  writeSafetensorsFrom,
} from "../../data/formats/safetensors/write_pieces.ts";
import { readSafetensorsRows, type RowChoice } from "../../data/formats/safetensors/read_rows.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { VERSION } from "../version.ts";
import { fromOldLayout } from "./old_layouts.ts";
import type { NamedParameter, Trainee, TraineeState } from "./trainee.ts";

/** What a run trains, as its checkpoints name it. */
export type TraineeKind = "occupancy" | "splat";

/** What a checkpoint says of its run beside arrays; plain data, to which a trainee adds what it keeps. */
export interface RunState {
  /** Version of voxsplat that wrote it. */
  readonly version: string;
  /** What was trained. */
  readonly trainee: TraineeKind;
  /** Steps done. */
  readonly step: number;
  /** The resolved settings. */
  readonly config: unknown;
  /** Of weights, order and all that is drawn. */
  readonly seed: number;
  /** Where the GPU's random numbers stand. */
  readonly random: { readonly seed: number; readonly counter: number };
}

/** A checkpoint as read from disk. */
export interface RunCheckpoint<State extends RunState = RunState> {
  /** Path of the file. */
  readonly file: string;
  /** Where training stands. */
  readonly state: State;
  /** Arrays that are trained, by key. */
  readonly weights: Record<string, NdArray>;
  /** Adam's first and second moment by key. */
  readonly moments: Record<string, [NdArray, NdArray]>;
  /** What the trainee keeps besides, by name. */
  readonly arrays: ReadonlyMap<string, NdArray>;
}

/** Where the metadata of a file say what was trained, as JSON. */
export const METADATA = "voxsplat";
const FIRST = "adamw.first.";
const SECOND = "adamw.second.";
/** What a trainee keeps beside its parameters is named so. */
export const KEPT = "state.";
// Of splats up to version 0.1.0.
const OLD_MOMENT = /^adam\.(first|second)\./;

/** Whether a key names a moment of the optimizer rather than a weight. */
export function isMomentKey(key: string): boolean {
  return key.startsWith(FIRST) || key.startsWith(SECOND) || OLD_MOMENT.test(key);
}

/** Of a checkpoint: what it is of, and what a trainee keeps. */
export interface CheckpointContent {
  readonly step: number;
  readonly kind: TraineeKind;
  readonly state: TraineeState;
}

/** Writes parameters, their moments and what a trainee keeps as one file with checksums. */
export async function writeCheckpoint(
  path: string,
  trainee: Pick<Trainee<unknown>, "parameters" | "spread">,
  content: CheckpointContent,
): Promise<void> {
  const metadata = metadataOf(content);
  const { state } = content;
  if (trainee.spread) {
    const { own, spread } = tensorsOf(trainee, state);
    const others: [string, NdArray][] = [];
    for (const [name, tensor] of own) others.push([name, await arrayOf(tensor)]);
    for (const [name, array] of state.arrays ?? []) others.push([KEPT + name, array]);
    await writeSafetensorsFrom(path, spread, { others, metadata });
    for (const [, parameter] of trainee.parameters()) parameter.closeMoments();
    return;
  }
  writeSafetensors(path, await arraysOf(trainee, state), metadata, { checksums: true });
}

/** The bytes of such a file, of a trainee that one process has whole. */
export async function encodeCheckpoint(
  trainee: Pick<Trainee<unknown>, "parameters">,
  content: CheckpointContent,
): Promise<Uint8Array> {
  const arrays = await arraysOf(trainee, content.state);
  return encodeSafetensors(arrays, metadataOf(content), { checksums: true });
}

function metadataOf({ step, kind, state }: CheckpointContent): Record<string, string> {
  const text = JSON.stringify({ version: VERSION, trainee: kind, step, ...state.json });
  return { [METADATA]: text };
}

async function arraysOf(
  trainee: Pick<Trainee<unknown>, "parameters">,
  state: TraineeState,
): Promise<[string, NdArray][]> {
  const arrays = await parameterArrays(trainee.parameters());
  for (const [name, tensor] of state.tensors ?? []) {
    arrays.push([KEPT + name, await arrayOf(tensor)]);
  }
  for (const [name, array] of state.arrays ?? []) arrays.push([KEPT + name, array]);
  return arrays;
}

/** Gives the writing rank what this one has of a checkpoint that lies in parts. */
export async function handOver(
  trainee: Pick<Trainee<unknown>, "parameters" | "spread">,
  state: TraineeState,
): Promise<void> {
  for (const { pieces } of tensorsOf(trainee, state).spread.values()) {
    for await (const _ of pieces());
  }
}

/** All tensors of a checkpoint in one order on all ranks: those that each has whole, and those in parts. */
function tensorsOf(
  trainee: Pick<Trainee<unknown>, "parameters" | "spread">,
  state: TraineeState,
) {
  const spread = trainee.spread!;
  const parts = new Map<string, PiecedTensor>();
  const own: [string, Tensor][] = [];
  const put = (name: string, tensor: Tensor, rows: number | null) => {
    if (rows === null) own.push([name, tensor]);
    else {
      const shape = [rows, ...tensor.shape.slice(1)];
      parts.set(name, { shape, pieces: () => spread.pieces(tensor) });
    }
  };
  for (const [key, { value, moments }] of trainee.parameters()) {
    const rows = spread.rows(key);
    put(key, value, rows);
    if (!moments) continue;
    put(FIRST + key, moments[0], rows);
    put(SECOND + key, moments[1], rows);
  }
  for (const [name, tensor] of state.tensors ?? []) put(KEPT + name, tensor, spread.state());
  return { own, spread: parts };
}

async function arrayOf(tensor: Tensor): Promise<NdArray> {
  return { dtype: "float32", shape: [...tensor.shape], data: await tensor.read("f32") };
}

async function parameterArrays(
  parameters: readonly NamedParameter[],
): Promise<[string, NdArray][]> {
  const arrays: [string, NdArray][] = [];
  for (const [key, parameter] of parameters) {
    const { value, moments } = parameter;
    const put = async (name: string, tensor: Tensor) => {
      arrays.push([name, await arrayOf(tensor)]);
    };
    await put(key, value);
    if (!moments) continue;
    await put(FIRST + key, moments[0]);
    await put(SECOND + key, moments[1]);
    parameter.closeMoments();
  }
  return arrays;
}

/** Which rows of the tensors of a checkpoint's file are wanted. */
export type CheckpointRows = (header: SafetensorsHeader) => RowChoice;

/**
 * Reads the file of a checkpoint, of this version's layout or an older one; where no rank has all that is
 * trained, the rows that one wants. `bytes` are its content where it is no file.
 */
export function readCheckpointFile(
  file: string,
  rows?: CheckpointRows,
  bytes?: Uint8Array,
): RunCheckpoint {
  const read = rows ? readSafetensorsRows(file, rows) : readSafetensors(bytes ?? file, { file });
  const { tensors, metadata } = fromOldLayout(read);
  const text = metadata[METADATA];
  if (!text) {
    throw new SyntaxError(
      `Cannot read "${file}": its metadata holds no training state, it is not a checkpoint of voxsplat`,
    );
  }
  const weights: Record<string, NdArray> = {};
  const moments: Record<string, [NdArray, NdArray]> = {};
  const arrays = new Map<string, NdArray>();
  for (const [name, array] of tensors) {
    if (name.startsWith(KEPT)) arrays.set(name.slice(KEPT.length), array);
    else if (name.startsWith(FIRST)) {
      const key = name.slice(FIRST.length);
      const second = tensors.get(SECOND + key);
      if (!second) throw new SyntaxError(`Cannot read "${file}": "${SECOND + key}" is missing`);
      moments[key] = [array, second];
    } else if (!name.startsWith(SECOND)) weights[name] = array;
  }
  return { file, state: parseState(file, text), weights, moments, arrays };
}

function parseState(file: string, text: string): RunState {
  try {
    const { trainee, ...state } = JSON.parse(text);
    // Files without it are older than splats' layout was the same; then there was one model to be trained.
    const kind = trainee === undefined || trainee === "gaussianformer" ? "occupancy" : trainee;
    return { ...state, trainee: kind };
  } catch (cause) {
    throw new SyntaxError(`Cannot read "${file}": its training state is not JSON`, { cause });
  }
}
