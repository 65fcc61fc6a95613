import { isOpaque } from "../data/formats/pickle.ts";
import type { DType } from "../data/formats/dtype.ts";
import type { NdArray } from "../data/formats/nd_array.ts";
import {
  readSafetensors,
  readSafetensorsHeader,
  writeSafetensors,
} from "../data/formats/safetensors.ts";
import { findStateDict, readTorchCheckpoint, stateDict } from "../data/formats/torch_checkpoint.ts";
import { elementCount, elementType } from "../data/formats/dtype.ts";
import { isMomentKey } from "./run/checkpoint.ts";
import { fileOfCheckpoint } from "./occupancy/weights/trained_weights.ts";
import { modelWith } from "./occupancy/table.ts";
import { fromUpstream } from "./occupancy/weights/upstream_names.ts";
import { remarksOf, weightsFormat } from "./weights_file.ts";

/** One array of a checkpoint. */
export interface CheckpointArray {
  /** Name of the array. */
  readonly key: string;
  /** Kind of its numbers. */
  readonly dtype: DType;
  /** Extents, outermost first. */
  readonly shape: readonly number[];
}

/** What a file of weights holds, without its values. */
export interface CheckpointListing {
  /** Path of the file. */
  readonly file: string;
  /** What kind of file it is. */
  readonly format: "safetensors" | "pytorch";
  /** All arrays, in the order of the file. */
  readonly arrays: readonly CheckpointArray[];
  /** Arrays of the optimizer's moments, which are not listed. */
  readonly moments: number;
  /** Values of the listed arrays of floats, running statistics of batch norms among them. */
  readonly parameters: number;
  /** Bytes of all arrays. */
  readonly bytes: number;
  /** The same by the part of the model, the first word of the key. */
  readonly parts: Readonly<Record<string, number>>;
  /** What stands beside the arrays: the state of a training run of ours, or numbers of other programs. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What is to be said of how the arrays were found. */
  readonly remarks: readonly string[];
}

type Listed = Pick<CheckpointListing, "arrays" | "metadata" | "remarks">;

/** Lists keys, shapes and kinds of a checkpoint's arrays; no array is read. */
export async function listCheckpoint(path: string): Promise<CheckpointListing> {
  const file = await fileOfCheckpoint(path);
  const format = weightsFormat(file);
  const { arrays, metadata, remarks } = format === "safetensors"
    ? listSafetensors(file)
    : listTorch(file);
  const weights = arrays.filter(({ key }) => !isMomentKey(key));
  const parts: Record<string, number> = {};
  let parameters = 0;
  let bytes = 0;
  for (const { key, dtype, shape } of weights) {
    const count = elementCount([...shape]);
    bytes += count * elementType(dtype).bytes;
    if (!/float/.test(dtype)) continue;
    const part = key.split(".", 1)[0]!;
    parts[part] = (parts[part] ?? 0) + count;
    parameters += count;
  }
  return {
    file,
    format,
    arrays: weights,
    moments: arrays.length - weights.length,
    parameters,
    bytes,
    parts,
    metadata,
    remarks,
  };
}

/**
 * Writes the weights of a checkpoint as safetensors, under the key names that PyTorch's modules have
 * today; optimizer state is left out, what else stood beside the weights goes to the metadata.
 */
export async function convertCheckpoint(path: string, out: string): Promise<CheckpointListing> {
  if (!out.endsWith(".safetensors")) {
    throw new RangeError(`Cannot write "${out}": its name must end in .safetensors`);
  }
  const { file, format, metadata } = await listCheckpoint(path);
  const found = format === "safetensors"
    ? Object.fromEntries([...readSafetensors(file).tensors].filter(([key]) => !isMomentKey(key)))
    : Object.fromEntries(stateDict(readTorchCheckpoint(file), file));
  const { weights, remarks } = fromUpstream(found);
  // A checkpoint of ours goes on under our names, by which it is read again.
  const { theirs } = modelWith(Object.keys(weights)).keys;
  const name = "voxsplat" in metadata ? (key: string) => key : theirs;
  const text = Object.entries(metadata).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const named = Object.entries(weights).map(([key, array]) =>
    [name(key), array as NdArray] as const
  );
  writeSafetensors(out, named, Object.fromEntries(text));
  return { ...await listCheckpoint(out), remarks };
}

function listSafetensors(file: string): Listed {
  const { tensors, metadata } = readSafetensorsHeader(file);
  const arrays = [...tensors].map(([key, { dtype, shape }]) => ({ key, dtype, shape }));
  const { voxsplat, ...rest } = metadata;
  const told = voxsplat ? { ...rest, voxsplat: parse(file, voxsplat) } : rest;
  return { arrays, metadata: told, remarks: [] };
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot read "${file}": its training state is not JSON`, { cause });
  }
}

function listTorch(file: string): Listed {
  const checkpoint = readTorchCheckpoint(file);
  const found = findStateDict(checkpoint, file);
  const arrays = [...found.tensors].map(([key, { dtype, shape }]) => ({
    key,
    dtype,
    shape,
  }));
  const beside = checkpoint instanceof Map
    ? [...checkpoint]
    : isOpaque(checkpoint)
    ? []
    : Object.entries(checkpoint as object);
  const metadata = beside.flatMap(([key, value]): [string, unknown][] =>
    ["number", "string", "boolean"].includes(typeof value)
      ? [[String(key), value]]
      : typeof value === "bigint"
      ? [[String(key), value.toString()]]
      : []
  );
  return { arrays, metadata: Object.fromEntries(metadata), remarks: remarksOf(found) };
}
