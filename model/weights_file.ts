import { readSafetensors } from "../data/formats/safetensors.ts";
import { readTorchCheckpoint, stateDict } from "../data/formats/torch_checkpoint.ts";
import type { NamedArray } from "./module.ts";

/**
 * Weights by key from a file: safetensors by its name, else a checkpoint of PyTorch, whose arrays are
 * read when they are first asked for.
 */
export function readWeights(path: string): Record<string, NamedArray> {
  if (path.endsWith(".safetensors")) return Object.fromEntries(readSafetensors(path).tensors);
  return Object.fromEntries(stateDict(readTorchCheckpoint(path)));
}
