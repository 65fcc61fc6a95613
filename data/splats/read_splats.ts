import { basename } from "@std/path";
import { type ByteSource, openSource } from "../formats/byte_source.ts";
import { fileKind } from "../formats/file_kind.ts";
import { unreadable } from "../formats/unreadable.ts";
import { type SplatFormat, splatFormats } from "./formats.ts";
import { splatFileAt } from "./splat_path.ts";
import { sogFolderSize } from "./sog/sog.ts";
import type { ReadSplatsOptions, SplatInput } from "./splat_format.ts";
import { readAll, type SplatReader } from "./splat_stream.ts";
import { sliceSplats, type Splats } from "./splats.ts";

/** A file of trained Gaussians, opened, and what it is. */
export interface OpenSplatFile {
  /** Decodes its Gaussians. */
  readonly reader: SplatReader;
  /** Whether parts are decoded as they are asked for; otherwise all are in memory already. */
  readonly inParts: boolean;
  /** The kind of file that it is. */
  readonly format: SplatFormat;
  /** The file; where a folder was given, the one found in it. */
  readonly path: string;
  /** Bytes, of a SOG folder those of all its files. */
  readonly bytes: number;
  /** What could not be taken as it stood, in half a sentence each. */
  readonly remarks: readonly string[];
}

/** Gaussians and the kind and size of the file they came from. */
export interface SplatFile extends Omit<OpenSplatFile, "reader" | "inParts"> {
  /** The Gaussians as columns. */
  readonly splats: Splats;
}

/**
 * Reads trained Gaussians of any supported kind, which is found by content (`.splat` and `.ksplat`,
 * which have no mark, by name). Of a folder the SOG scene or the trained model in it is read.
 */
export async function readSplats(
  path: string,
  options: ReadSplatsOptions = {},
): Promise<SplatFile> {
  return fileOf(await openSplats(path, options));
}

/** Opens such a file without decoding it all. */
export async function openSplats(
  path: string,
  options: ReadSplatsOptions = {},
): Promise<OpenSplatFile> {
  const file = splatFileAt(path, options.iteration);
  const found = await openSplatSource(openSource(file), file, options);
  const unbundled = found.format === "sog" && basename(file).toLowerCase() === "meta.json";
  return { ...found, bytes: unbundled ? sogFolderSize(file) : found.bytes };
}

/** Reads trained Gaussians from bytes; `path` is where the other files of an unbundled scene lie. */
export async function readSplatSource(
  source: ByteSource,
  path = source.file,
  options: ReadSplatsOptions = {},
): Promise<SplatFile> {
  return fileOf(await openSplatSource(source, path, options));
}

function fileOf({ reader, format, path, bytes, remarks }: OpenSplatFile): SplatFile {
  return { splats: readAll(reader), format, path, bytes, remarks };
}

const START = 64;

// What no file of Gaussians begins like.
const STRANGERS = ["lfs", "html", "xml", "pdf", "png"];

async function openSplatSource(
  source: ByteSource,
  path: string,
  options: ReadSplatsOptions,
): Promise<OpenSplatFile> {
  const input: SplatInput = {
    source,
    path,
    name: basename(path).toLowerCase(),
    // Not TextDecoder: its latin1 is windows-1252, which has other letters for 128 to 159.
    start: String.fromCharCode(...source.read(0, Math.min(START, source.size))),
  };
  const known = splatFormats().find(([, { matches }]) => matches(input));
  const kind = fileKind(source);
  // Some formats are known by the name alone, under which anything may lie.
  if (!known || STRANGERS.includes(kind?.id ?? "")) {
    const what = kind === null || kind.id === "text"
      ? "it holds no trained Gaussians of a known kind"
      : `it is ${kind.what} and holds no trained Gaussians`;
    const error = unreadable(
      source.file,
      0,
      `${what}, it must be PLY, compressed PLY, .splat, .spz, .ksplat, SOG or glTF`,
    );
    throw kind === null ? error : Object.assign(error, { hint: kind.hint });
  }
  const [format, { open }] = known;
  const remarks: string[] = [];
  const opened = await open(input, { ...options, remark: (text) => remarks.push(text) });
  const inParts = "read" in opened;
  const reader = inParts ? opened : readerOfAll(opened);
  return { reader, inParts, format, path, bytes: source.size, remarks };
}

function readerOfAll(splats: Splats): SplatReader {
  const read = (first: number, end: number) =>
    first === 0 && end === splats.count ? splats : sliceSplats(splats, first, end);
  const { count, degree, antialiased } = splats;
  return { count, degree, ...(antialiased && { antialiased }), read };
}
