import { crc32 } from "../../data/formats/checksums/crc32.ts";
import type { AnyArray } from "../../data/formats/nd_array.ts";
import { isDict } from "../../data/formats/pickle.ts";

/** How many there are and their CRC-32. */
export type Stream = [count: number, crc: number];

/** What a value holds: its numbers as float64, its texts and its arrays, each in the order they lie in. */
export type Streams = Record<"numbers" | "texts" | "arrays", Stream>;

/**
 * Digest of a read value, as `make_real_values.py` makes it of what Python reads: containers leave no
 * trace but the order of what they hold, objects of unknown classes are the text "?".
 */
export function digestOf(value: unknown): Streams {
  const parts: Record<keyof Streams, Uint8Array[]> = { numbers: [], texts: [], arrays: [] };
  const counts = { numbers: 0, texts: 0, arrays: 0 };
  const add = (name: keyof Streams, ...bytes: Uint8Array[]) => {
    counts[name]++;
    parts[name].push(...bytes);
  };
  const encoder = new TextEncoder();
  const number = (value: number) => add("numbers", new Uint8Array(Float64Array.of(value).buffer));
  const text = (value: string) => add("texts", encoder.encode(`${value}\0`));
  const array = (dtype: string, shape: readonly number[], data: ArrayBufferView) => {
    const { buffer, byteOffset, byteLength } = data;
    add(
      "arrays",
      encoder.encode(`${dtype}[${shape}]`),
      new Uint8Array(buffer, byteOffset, byteLength),
    );
  };
  const ofArray = (value: AnyArray) => {
    if (value.dtype === "struct") {
      for (const field of Object.values(value.fields)) {
        ofArray(field);
      }
    } else if (value.dtype === "object") value.data.forEach(walk);
    else if (Array.isArray(value.data)) value.data.forEach(text);
    else array(value.dtype, value.shape, value.data);
  };
  const above: unknown[] = [];
  const walk = (value: unknown): void => {
    if (value === null || value === undefined) return;
    if (typeof value === "number" || typeof value === "boolean") return number(Number(value));
    if (typeof value === "bigint") {
      return Number.isSafeInteger(Number(value)) ? number(Number(value)) : text(String(value));
    }
    if (typeof value === "string") return text(value);
    if (above.includes(value)) return text("again");
    above.push(value);
    if (value instanceof Uint8Array) array("bytes", [value.length], value);
    else if (Array.isArray(value)) value.forEach(walk);
    else if (value instanceof Set) number(value.size);
    else if (value instanceof Map || isDict(value)) {
      for (const [key, item] of value instanceof Map ? value : Object.entries(value)) {
        walk(key);
        walk(item);
      }
    } else if (isArray(value)) ofArray(value);
    else if ("kind" in (value as object)) ofKind(value as Record<string, unknown>);
    else {
      for (const [key, item] of Object.entries(value as object)) {
        walk(key);
        walk(item);
      }
    }
    above.pop();
  };
  const ofKind = ({ kind, re, im }: Record<string, unknown>) => {
    if (kind !== "complex") return text("?");
    number(re as number);
    number(im as number);
  };
  walk(value);
  const stream = (name: keyof Streams): Stream => [counts[name], crc32(joined(parts[name]))];
  return { numbers: stream("numbers"), texts: stream("texts"), arrays: stream("arrays") };
}

function isArray(value: unknown): value is AnyArray {
  return typeof value === "object" && value !== null && "dtype" in value && "shape" in value;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
