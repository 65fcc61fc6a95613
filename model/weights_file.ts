import { readSafetensors } from "../data/formats/safetensors.ts";
import type { NamedArray } from "./module.ts";

/** Weights by key, from a safetensors file. */
export function readWeights(path: string): Record<string, NamedArray> {
  return Object.fromEntries(readSafetensors(path).tensors);
}
