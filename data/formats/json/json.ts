import { openSource } from "../byte_source.ts";
import { refuseOtherKinds } from "../file_kind.ts";
import { unreadable } from "../unreadable.ts";

// A text in memory has at most 2^29 characters.
const LARGEST = 2 ** 29 - 64;

/** Parses a JSON file of less than 512 MB; an error names the place where it ends to be JSON. */
export function readJson(bytes: Uint8Array, file: string): unknown {
  if (bytes.length > LARGEST) {
    throw unreadable(file, 0, `${bytes.length} bytes of JSON, at most ${LARGEST} are read at once`);
  }
  refuseOtherKinds(openSource(bytes, file), "JSON", ["json", "safetensors-index", "text"]);
  let text = "";
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? 0);
    const offset = new TextEncoder().encode(text.slice(0, position)).length;
    throw unreadable(file, offset, `it is no JSON (${message})`, error);
  }
}
