import { basename, join } from "@std/path";
import { type ByteSource, openSource } from "../formats/byte_source.ts";
import { readPlyHeader } from "../formats/ply.ts";
import { unreadable } from "../formats/unreadable.ts";
import { looksLikeZip } from "../formats/zip.ts";
import { readAntimatterSplat } from "./antimatter_splat.ts";
import { isCompressedPly, readCompressedPly } from "./ply/compressed_ply.ts";
import { readGaussianPly } from "./ply/gaussian_ply.ts";
import { readKsplat } from "./ksplat/ksplat.ts";
import { readSogBundle, readSogFolder, sogFolderSize } from "./sog/sog.ts";
import type { Splats } from "./splats.ts";
import { readSpz } from "./spz/spz.ts";

/** Kinds of files that hold trained Gaussians. */
export type SplatFormat = "ply" | "compressed-ply" | "splat" | "spz" | "ksplat" | "sog";

/** Gaussians and the kind and size of the file they came from. */
export interface SplatFile {
  /** The Gaussians as columns. */
  readonly splats: Splats;
  /** The kind of file that it was. */
  readonly format: SplatFormat;
  /** Bytes, of a SOG folder those of all its files. */
  readonly bytes: number;
}

/**
 * Reads trained Gaussians of any supported kind, which is found by content (`.splat` and `.ksplat`,
 * which have no mark, by name). A folder or a `meta.json` is read as an unbundled SOG scene.
 */
export async function readSplats(path: string): Promise<SplatFile> {
  const metaPath = isFolder(path) ? sogMeta(path) : path;
  const { format, splats, bytes } = await readSplatSource(openSource(metaPath), metaPath);
  const unbundled = format === "sog" && basename(metaPath).toLowerCase() === "meta.json";
  return { format, splats, bytes: unbundled ? sogFolderSize(metaPath) : bytes };
}

function sogMeta(folder: string): string {
  const path = join(folder, "meta.json");
  try {
    if (Deno.statSync(path).isFile) return path;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new Deno.errors.NotFound(
    `Cannot read "${folder}": it is a folder without a "meta.json" of SOG; of a trained model ` +
      '"point_cloud/iteration_N/point_cloud.ply" must be given',
  );
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Deno.errors.NotFound(`Cannot read "${path}": there is no such file`, {
      cause: error,
    });
  }
}

/** Reads trained Gaussians from bytes; `path` is where the other files of an unbundled SOG scene lie. */
export async function readSplatSource(source: ByteSource, path = source.file): Promise<SplatFile> {
  const { format, splats } = await decode(source, path);
  return { format, splats, bytes: source.size };
}

async function decode(source: ByteSource, path: string): Promise<Omit<SplatFile, "bytes">> {
  const start = source.read(0, Math.min(4, source.size));
  const text = new TextDecoder("latin1").decode(start);
  if (text.startsWith("ply")) {
    const header = readPlyHeader(source);
    return isCompressedPly(header)
      ? { format: "compressed-ply", splats: readCompressedPly(source, header) }
      : { format: "ply", splats: readGaussianPly(source, header) };
  }
  if (text === "NGSP" || start[0] === 0x1f && start[1] === 0x8b) {
    return { format: "spz", splats: readSpz(source) };
  }
  if (looksLikeZip(start)) return { format: "sog", splats: await readSogBundle(source) };
  const name = basename(path).toLowerCase();
  if (name === "meta.json") return { format: "sog", splats: await readSogFolder(path) };
  if (name.endsWith(".ksplat")) return { format: "ksplat", splats: readKsplat(source) };
  if (name.endsWith(".splat")) return { format: "splat", splats: readAntimatterSplat(source) };
  throw unreadable(
    source.file,
    0,
    "it holds no trained Gaussians of a known kind, " +
      "it must be PLY, compressed PLY, .splat, .spz, .ksplat or SOG",
  );
}
