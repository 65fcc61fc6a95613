import type { ByteSource } from "../../formats/byte_source.ts";
import { unreadable } from "../../formats/unreadable.ts";

/** Scalar types of PLY files. */
export type PlyType = "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "f32" | "f64";

/** Bytes of each scalar type. */
export const PLY_BYTES: Readonly<Record<PlyType, number>> = {
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  f32: 4,
  f64: 8,
};

/** A property of an element: its type, and where it lies in a binary row. */
export interface PlyProperty {
  readonly name: string;
  readonly type: PlyType;
  readonly offset: number;
}

/** An element of a PLY file; `stride` is null where it has lists, whose rows differ in length. */
export interface PlyElement {
  readonly name: string;
  readonly count: number;
  readonly properties: readonly PlyProperty[];
  readonly stride: number | null;
}

/** What the header of a PLY file declares. */
export interface PlyHeader {
  readonly format: "ascii" | "binary_little_endian" | "binary_big_endian";
  readonly elements: readonly PlyElement[];
  /** Where the header ends and the data begin. */
  readonly dataOffset: number;
}

// 62 properties take 1.6 kB; a header that has not ended after so much is none.
const MAX_HEADER = 1 << 16;

const TYPES: Readonly<Record<string, PlyType>> = {
  char: "i8",
  int8: "i8",
  uchar: "u8",
  uint8: "u8",
  short: "i16",
  int16: "i16",
  ushort: "u16",
  uint16: "u16",
  int: "i32",
  int32: "i32",
  uint: "u32",
  uint32: "u32",
  float: "f32",
  float32: "f32",
  double: "f64",
  float64: "f64",
};

/** Reads and checks the header of a PLY file; the counts it declares are not yet held against the size. */
export function readPlyHeader(source: ByteSource): PlyHeader {
  const { file } = source;
  const bytes = source.read(0, Math.min(MAX_HEADER, source.size));
  const elements: {
    name: string;
    count: number;
    properties: PlyProperty[];
    stride: number | null;
  }[] = [];
  let format: PlyHeader["format"] | undefined;
  for (let at = 0;;) {
    const end = bytes.indexOf(10, at);
    if (end < 0) {
      throw unreadable(file, at, `the PLY header does not end, "end_header" must follow`);
    }
    const line = new TextDecoder().decode(bytes.subarray(at, end)).trim();
    const words = line.split(/\s+/);
    const refuse = (what: string) => unreadable(file, at, `the PLY header has ${what}`);
    if (at === 0) {
      if (line !== "ply") throw unreadable(file, 0, `a PLY file starts with the line "ply"`);
    } else if (words[0] === "format") {
      if (!isFormat(words[1]) || words[2] !== "1.0") throw refuse(`the unknown format "${line}"`);
      format = words[1];
    } else if (words[0] === "element") {
      elements.push({
        name: words[1] ?? "",
        count: parseCount(words[2], refuse),
        properties: [],
        stride: 0,
      });
    } else if (words[0] === "property") {
      const element = elements.at(-1);
      if (!element) throw refuse("a property before any element");
      addProperty(element, words, refuse);
    } else if (words[0] === "end_header") {
      if (!format) throw refuse("no format");
      return { format, elements, dataOffset: end + 1 };
    } else if (words[0] !== "comment" && words[0] !== "obj_info" && line !== "") {
      throw refuse(`the unknown line "${line.slice(0, 60)}"`);
    }
    at = end + 1;
  }
}

function isFormat(word: string | undefined): word is PlyHeader["format"] {
  return word === "ascii" || word === "binary_little_endian" || word === "binary_big_endian";
}

function parseCount(word: string | undefined, refuse: (what: string) => Error): number {
  const count = /^\d{1,15}$/.test(word ?? "") ? Number(word) : NaN;
  if (!Number.isSafeInteger(count)) throw refuse(`the count "${word}", it must be a whole number`);
  return count;
}

function addProperty(
  element: { name: string; properties: PlyProperty[]; stride: number | null },
  words: string[],
  refuse: (what: string) => Error,
): void {
  if (words[1] === "list") {
    element.stride = null;
    return;
  }
  const type = Object.hasOwn(TYPES, words[1] ?? "") ? TYPES[words[1]!] : undefined;
  const name = words[2];
  if (!type || !name) {
    throw refuse(`the unknown property "${words.slice(1).join(" ").slice(0, 60)}"`);
  }
  if (element.properties.some((property) => property.name === name)) {
    throw refuse(`the property "${name}" of "${element.name}" twice`);
  }
  element.properties.push({ name, type, offset: element.stride ?? 0 });
  if (element.stride !== null) element.stride += PLY_BYTES[type];
}
