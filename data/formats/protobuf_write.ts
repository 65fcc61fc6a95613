import { concatBytes } from "./zip/zip_write.ts";

// Wire types of https://protobuf.dev/programming-guides/encoding.
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** A message from its fields in order. */
export function message(...fields: readonly Uint8Array[]): Uint8Array {
  return concatBytes(fields);
}

/** An int32, int64 or enum field; whole numbers from 0 to 2^53. */
export function integerField(field: number, value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`Cannot write field ${field}: ${value} is not a whole number from 0 on`);
  }
  return Uint8Array.from([...varint(8 * field + VARINT), ...varint(value)]);
}

/** A float field. */
export function floatField(field: number, value: number): Uint8Array {
  return fixed(8 * field + FIXED32, 4, (view) => view.setFloat32(0, value, true));
}

/** A double field. */
export function doubleField(field: number, value: number): Uint8Array {
  return fixed(8 * field + FIXED64, 8, (view) => view.setFloat64(0, value, true));
}

/** A repeated double field, packed. */
export function doublesField(field: number, values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setFloat64(8 * i, value, true));
  return bytesField(field, bytes);
}

/** A bytes, string or message field. */
export function bytesField(field: number, value: Uint8Array | string): Uint8Array {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return concatBytes([
    Uint8Array.from([...varint(8 * field + BYTES), ...varint(bytes.length)]),
    bytes,
  ]);
}

function fixed(tag: number, size: number, write: (view: DataView) => void): Uint8Array {
  const head = varint(tag);
  const bytes = new Uint8Array(head.length + size);
  bytes.set(head);
  write(new DataView(bytes.buffer, head.length));
  return bytes;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  // No shifts: they would cut off what is past 32 bits.
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return bytes;
}
