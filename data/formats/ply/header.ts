import type { ByteSource } from "../byte_source.ts";
import { otherKind } from "../file_kind.ts";
import { readingAt, unreadable } from "../unreadable.ts";
import { PLY_TYPES, type PlyType } from "./types.ts";

/** How the rows of a PLY file are written. */
export type PlyFormat = "ascii" | "binary_little_endian" | "binary_big_endian";

/** One property of an element as the header declares it; a list has a type for its length too. */
export interface PlyPropertyInfo {
  readonly name: string;
  readonly type: PlyType;
  /** Type of the length of a list, null for a single number. */
  readonly countType: PlyType | null;
}

/** One element as the header declares it. */
export interface PlyElementInfo {
  readonly name: string;
  readonly count: number;
  readonly properties: PlyPropertyInfo[];
}

/** The header of a PLY file. */
export interface PlyHeader {
  readonly format: PlyFormat;
  readonly comments: string[];
  readonly elements: PlyElementInfo[];
  readonly dataOffset: number;
}

const FORMATS: readonly string[] = ["ascii", "binary_little_endian", "binary_big_endian"];

// Real headers have a few kB; a file without an end of its header is not searched further.
const MAX_HEADER = 2 ** 20;

/** Reads the header alone. */
export function readPlyHeader(source: ByteSource): PlyHeader {
  const start = source.read(0, Math.min(MAX_HEADER, source.size));
  if (start[0] !== 0x70 || start[1] !== 0x6c || start[2] !== 0x79 || !isLineEnd(start[3])) {
    throw otherKind(source, "a PLY file");
  }
  const header: PlyHeader = { format: "ascii", comments: [], elements: [], dataOffset: 0 };
  let format: PlyFormat | undefined;
  for (let at = 0;;) {
    const end = start.indexOf(10, at);
    if (end < 0) throw unreadable(source.file, at, "the header has no end");
    const line = new TextDecoder().decode(start.subarray(at, end)).trim();
    const words = line.split(/\s+/);
    const lineStart = at;
    at = end + 1;
    if (words[0] === "end_header") {
      if (!format) throw unreadable(source.file, lineStart, "the header names no format");
      return { ...header, format, dataOffset: at };
    }
    readingAt(source.file, lineStart, () => {
      if (words[0] === "format") format = parseFormat(words);
      else readLine(header, words, line);
    });
  }
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === 10 || byte === 13;
}

function parseFormat([, format, version]: string[]): PlyFormat {
  if (!FORMATS.includes(format!) || version !== "1.0") {
    throw new RangeError(`the format "${format} ${version}" is not known`);
  }
  return format as PlyFormat;
}

function readLine({ comments, elements }: PlyHeader, words: string[], line: string): void {
  switch (words[0]) {
    case "ply":
    case "":
    case "obj_info":
      return;
    case "comment":
      comments.push(line.slice("comment".length).trim());
      return;
    case "element": {
      const [, name = "", digits = ""] = words;
      const count = Number(digits);
      if (words.length !== 3 || !/^\d+$/.test(digits) || !Number.isSafeInteger(count)) {
        throw new RangeError(`"${line}" is no element with a count`);
      }
      if (elements.some((element) => element.name === name)) {
        throw new RangeError(`the element "${name}" is there twice`);
      }
      elements.push({ name, count, properties: [] });
      return;
    }
    case "property": {
      const element = elements.at(-1);
      if (!element) throw new RangeError("a property belongs to no element");
      const property = parseProperty(words, line);
      if (element.properties.some(({ name }) => name === property.name)) {
        throw new RangeError(`the property "${property.name}" is there twice`);
      }
      element.properties.push(property);
      return;
    }
    default:
      throw new RangeError(`the header line "${line.slice(0, 60)}" is not understood`);
  }
}

function parseProperty(words: string[], line: string): PlyPropertyInfo {
  const list = words[1] === "list";
  if (words.length !== (list ? 5 : 3)) throw new RangeError(`"${line}" is no property`);
  const countType = list ? parseType(words[2]!) : null;
  if (countType === "float32" || countType === "float64") {
    throw new RangeError(`the length of a list cannot be a ${words[2]}`);
  }
  return { name: words[list ? 4 : 2]!, type: parseType(words[list ? 3 : 1]!), countType };
}

function parseType(name: string): PlyType {
  const type = PLY_TYPES.get(name);
  if (!type) throw new RangeError(`the type "${name}" is not known`);
  return type;
}
