import { decodeUtf8, encodeLatin1 } from "./strings.ts";
import { Dict, isDict, isOpaque, type Rebuild, type RebuildContext } from "./values.ts";

/** A Python complex number. */
export interface Complex {
  /** Says what it is. */
  readonly kind: "complex";
  /** Real part. */
  readonly re: number;
  /** Imaginary part. */
  readonly im: number;
}

/** Rebuild functions of Python's builtins, of collections and of the helpers that pickles call. */
export const builtinTable: [string, Rebuild][] = [
  ...both("set", ([items]) => new Set(itemsOf(items))),
  ...both("frozenset", ([items]) => new Set(itemsOf(items))),
  ...both("list", ([items]) => itemsOf(items)),
  ...both("tuple", ([items]) => itemsOf(items)),
  ...both("dict", ([source]) => dictOf(source)),
  ...both("bytes", bytesFrom),
  ...both("bytearray", bytesFrom),
  ...both("complex", ([re, im]) => ({ kind: "complex", re: numberOf(re), im: numberOf(im ?? 0) })),
  ["_codecs.encode", encode],
  ["collections.OrderedDict", ([source]) => dictOf(source)],
  ["collections.Counter", ([source]) => dictOf(source)],
  ["collections.defaultdict", ([, source]) => dictOf(source)],
  ["collections.deque", ([items]) => itemsOf(items)],
  ["copyreg._reconstructor", reconstruct],
  ["copy_reg._reconstructor", reconstruct],
  ...["PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath", "Path", "PurePath"].flatMap(
    (name): [string, Rebuild][] => [
      [`pathlib.${name}`, joinPath],
      [`pathlib._local.${name}`, joinPath],
    ],
  ),
];

// Python 2 called the module __builtin__, and protocols 0 to 2 still do.
function both(name: string, rebuild: Rebuild): [string, Rebuild][] {
  return [[`builtins.${name}`, rebuild], [`__builtin__.${name}`, rebuild]];
}

function itemsOf(items: unknown): unknown[] {
  if (items === undefined) return [];
  if (Array.isArray(items)) return [...items];
  if (items instanceof Set) return [...items];
  throw new RangeError("the items of a container are no list");
}

function dictOf(source: unknown): Dict | Map<unknown, unknown> {
  if (isDict(source)) return source;
  if (source instanceof Map) return source;
  const pairs = itemsOf(source ?? undefined);
  if (
    !pairs.every((pair): pair is [unknown, unknown] => Array.isArray(pair) && pair.length === 2)
  ) {
    throw new RangeError("the entries of a dict are no pairs");
  }
  if (!pairs.every(([key]) => typeof key === "string")) return new Map(pairs);
  const dict = new Dict();
  for (const [key, value] of pairs) dict[key as string] = value;
  return dict;
}

function numberOf(value: unknown): number {
  if (typeof value !== "number") throw new RangeError("a part of a complex number is no number");
  return value;
}

// bytes(n) and bytearray(n) would allocate n zeros for a few bytes of file: no pickler writes that.
function bytesFrom([source, encoding]: unknown[]): Uint8Array {
  if (source === undefined) return new Uint8Array();
  if (source instanceof Uint8Array) return source;
  if (typeof source === "string") return encode([source, encoding]);
  if (
    Array.isArray(source) &&
    source.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256)
  ) {
    return Uint8Array.from(source as number[]);
  }
  throw new RangeError("bytes are made from something that is neither text nor bytes");
}

// Protocols 0 to 2 have no opcode for bytes and store them as text to be encoded.
function encode([text, encoding]: unknown[]): Uint8Array {
  if (typeof text !== "string") throw new RangeError("_codecs.encode is given no string");
  const name = String(encoding ?? "utf-8").toLowerCase().replace(/[-_]/g, "");
  if (name === "latin1" || name === "iso88591") return encodeLatin1(text);
  if (name === "utf8" || name === "ascii") return new TextEncoder().encode(text);
  throw new RangeError(`_codecs.encode to "${encoding}" is not known`);
}

// copyreg._reconstructor(cls, base, state): how protocols 0 and 1 make an object of a class.
function reconstruct([cls, base, state]: unknown[], context: RebuildContext): unknown {
  if (!isOpaque(cls)) throw new RangeError("copyreg._reconstructor is given no class");
  const plain = isOpaque(base) && base.name === "object";
  return context.call(cls, plain ? [] : [state]);
}

function joinPath(parts: unknown[]): string {
  const names = parts.map((part) => part instanceof Uint8Array ? decodeUtf8(part) : String(part));
  return names.join("/").replace(/^\/\/+/, "/");
}
