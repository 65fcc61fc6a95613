import { openSource } from "../data/formats/byte_source.ts";
import { fileKind } from "../data/formats/file_kind.ts";
import { readSafetensors } from "../data/formats/safetensors.ts";
import {
  findStateDict,
  type FoundStateDict,
  readTorchCheckpoint,
} from "../data/formats/torch_checkpoint.ts";
import type { NamedArray } from "./module.ts";

/** Weights of a file by key, and what is to be said of how they were found. */
export interface FoundWeights {
  readonly weights: Record<string, NamedArray>;
  readonly remarks: readonly string[];
}

/** Whether a file of weights is of safetensors or of PyTorch: by its bytes, or else by its name. */
export function weightsFormat(path: string): "safetensors" | "pytorch" {
  const id = fileKind(openSource(path))?.id;
  if (id === "zip" || id === "torch-legacy") return "pytorch";
  return id === "safetensors" || path.endsWith(".safetensors") ? "safetensors" : "pytorch";
}

/** Weights by key from a file; arrays of a checkpoint of PyTorch are read when they are first asked for. */
export function findWeights(path: string): FoundWeights {
  if (weightsFormat(path) === "safetensors") {
    return { weights: Object.fromEntries(readSafetensors(path).tensors), remarks: [] };
  }
  const found = findStateDict(readTorchCheckpoint(path), path);
  return { weights: Object.fromEntries(found.tensors), remarks: remarksOf(found) };
}

/** The same without remarks. */
export function readWeights(path: string): Record<string, NamedArray> {
  return findWeights(path).weights;
}

/** What is worth saying of how the weights of a checkpoint were found. */
export function remarksOf({ inside, beside, modules, unread }: FoundStateDict): string[] {
  const [first] = inside;
  const listed = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");
  return [
    ...(first && /ema/.test(first)
      ? [`its weights are those averaged over training, "${first}"`]
      : []),
    ...(beside.length ? [`its weights are "${first}", not ${listed(beside)} beside them`] : []),
    ...(modules ? ["a whole module was saved, its parameters and buffers are read"] : []),
    ...(unread.length
      ? [
        `${unread.length} of its tensors are not read: ${
          unread.slice(0, 4).map(({ name, kind }) => `"${name}" is ${kind}`).join(", ")
        }${unread.length > 4 ? " …" : ""}`,
      ]
      : []),
  ];
}
