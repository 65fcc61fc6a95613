import { basename } from "@std/path";
import { type ByteSource, openSource } from "../formats/byte_source.ts";
import { unreadable } from "../formats/unreadable.ts";
import { type SplatFormat, splatFormats } from "./formats.ts";
import { splatFileAt } from "./splat_path.ts";
import { sogFolderSize } from "./sog/sog.ts";
import type { ReadSplatsOptions, SplatInput } from "./splat_format.ts";
import type { Splats } from "./splats.ts";

/** Gaussians and the kind and size of the file they came from. */
export interface SplatFile {
  /** The Gaussians as columns. */
  readonly splats: Splats;
  /** The kind of file that it was. */
  readonly format: SplatFormat;
  /** The file that was read; where a folder was given, the one found in it. */
  readonly path: string;
  /** Bytes, of a SOG folder those of all its files. */
  readonly bytes: number;
  /** What could not be taken as it stood, in half a sentence each. */
  readonly remarks: readonly string[];
}

/**
 * Reads trained Gaussians of any supported kind, which is found by content (`.splat` and `.ksplat`,
 * which have no mark, by name). Of a folder the SOG scene or the trained model in it is read.
 */
export async function readSplats(
  path: string,
  options: ReadSplatsOptions = {},
): Promise<SplatFile> {
  const file = splatFileAt(path, options.iteration);
  const found = await readSplatSource(openSource(file), file, options);
  const unbundled = found.format === "sog" && basename(file).toLowerCase() === "meta.json";
  return { ...found, bytes: unbundled ? sogFolderSize(file) : found.bytes };
}

const START = 64;

/** Reads trained Gaussians from bytes; `path` is where the other files of an unbundled scene lie. */
export async function readSplatSource(
  source: ByteSource,
  path = source.file,
  options: ReadSplatsOptions = {},
): Promise<SplatFile> {
  const input: SplatInput = {
    source,
    path,
    name: basename(path).toLowerCase(),
    // Not TextDecoder: its latin1 is windows-1252, which has other letters for 128 to 159.
    start: String.fromCharCode(...source.read(0, Math.min(START, source.size))),
  };
  const known = splatFormats().find(([, { matches }]) => matches(input));
  if (!known) {
    throw unreadable(
      source.file,
      0,
      "it holds no trained Gaussians of a known kind, it must be PLY, compressed PLY, .splat, " +
        ".spz, .ksplat, SOG or glTF",
    );
  }
  const [format, { read }] = known;
  const remarks: string[] = [];
  const splats = await read(input, { ...options, remark: (text) => remarks.push(text) });
  return { splats, format, path, bytes: source.size, remarks };
}
