import { openSource } from "./byte_source.ts";
import { isDict } from "./pickle.ts";
import {
  LEGACY_MAGIC_LENGTH,
  looksLegacy,
  readLegacyCheckpoint,
} from "./torch/legacy_checkpoint.ts";
import { TorchTensor } from "./torch/tensor.ts";
import { readZipCheckpoint } from "./torch/zip_checkpoint.ts";
import { unreadable } from "./unreadable.ts";
import { looksLikeZip } from "./zip.ts";

export { TorchStorage } from "./torch/storage.ts";
export { TorchTensor } from "./torch/tensor.ts";

/**
 * Reads a file of `torch.save`, given as bytes or path, in the zip format (PyTorch 1.6 and later) or the
 * one before it: plain data as `readPickle` makes it, with a `TorchTensor` for each tensor and
 * parameter. Nothing in the file is executed. Tensors are read from the file when their `data` is first
 * asked for, so only what is used takes memory.
 */
export function readTorchCheckpoint(
  input: Uint8Array | string,
  { file }: { file?: string } = {},
): unknown {
  const source = openSource(input, file);
  const start = source.read(0, Math.min(LEGACY_MAGIC_LENGTH, source.size));
  if (looksLikeZip(start)) return readZipCheckpoint(source);
  if (looksLegacy(start)) return readLegacyCheckpoint(source);
  throw unreadable(source.file, 0, "it does not start as a PyTorch file must");
}

// Where training programs put the weights among the optimizer's state and the rest.
const WRAPPERS = ["state_dict", "model_state_dict", "model", "net", "network", "params"];

/**
 * Returns the tensors of a checkpoint by name: those of its "state_dict" or "model" if it has one, else
 * its own. Tensors of nested dicts get dotted names; a "module." before every name, which parallel
 * training adds, is left out. Throws a TypeError if no tensor is there.
 */
export function stateDict(checkpoint: unknown): Map<string, TorchTensor> {
  let dict = checkpoint;
  // One wrapper is usual, some programs have two; the bound ends a dict that holds itself.
  for (let level = 0; level < MAX_DEPTH; level++) dict = wrapperOf(dict) ?? dict;
  const tensors = collect(dict);
  if (tensors.size === 0) {
    throw new TypeError(
      "Cannot find a state dict: the checkpoint has no tensor, it must hold some",
    );
  }
  const names = [...tensors.keys()];
  if (!names.every((name) => name.startsWith("module."))) return tensors;
  return new Map([...tensors].map(([name, tensor]) => [name.slice("module.".length), tensor]));
}

function wrapperOf(dict: unknown): unknown {
  if (!isDict(dict)) return undefined;
  // Only dicts that hold tensors count: a model may itself have a part named "model".
  const name = WRAPPERS.find((name) => isDict(dict[name]) && holdsTensors(dict[name]));
  const bare = Object.values(dict).some((value) => value instanceof TorchTensor);
  return name === undefined || bare ? undefined : dict[name];
}

function holdsTensors(dict: unknown): boolean {
  return collect(dict).size > 0;
}

// Weights nest a few levels at most.
const MAX_DEPTH = 16;

function collect(dict: unknown): Map<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  // A dict is entered once: one that occurs again and again would multiply at each level.
  const seen = new Set<unknown>();
  const enter = (dict: unknown, prefix: string, depth: number): void => {
    if (!isDict(dict) || seen.has(dict) || depth > MAX_DEPTH) return;
    seen.add(dict);
    for (const [name, value] of Object.entries(dict)) {
      if (value instanceof TorchTensor) tensors.set(prefix + name, value);
      else enter(value, `${prefix}${name}.`, depth + 1);
    }
  };
  enter(dict, "", 0);
  return tensors;
}
