import { fromFileUrl } from "@std/path";
import { pathState } from "../../../data/files/door.ts";

/** Models that come with the program, by the names that stand in place of a checkpoint's path: their files. */
export const SHIPPED_MODELS: Readonly<Record<string, string>> = {
  demo: "street_small.safetensors",
};

/** Where the checkpoint of a shipped model lies, by its name; null where none is called so. */
export function shippedFile(name: string): string | null {
  if (!Object.hasOwn(SHIPPED_MODELS, name)) return null;
  const file = SHIPPED_MODELS[name]!;
  const { protocol } = new URL(import.meta.url);
  // A page finds it among the files that it was given.
  return protocol === "file:" ? fromFileUrl(new URL(file, import.meta.url)) : `/${file}`;
}

/** The path itself where something is there; else the shipped model of that name, if there is one. */
export function orShipped(path: string): string {
  const shipped = shippedFile(path);
  return shipped !== null && pathState(path) === null ? shipped : path;
}
