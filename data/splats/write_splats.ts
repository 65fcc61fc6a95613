import { basename } from "@std/path";
import { writeAtomically } from "../files/atomic_file.ts";
import { zipChunks } from "../formats/zip_write.ts";
import { antimatterSplatChunks } from "./antimatter_splat.ts";
import { compressedPlyChunks } from "./ply/compressed_ply_write.ts";
import { gaussianPlyChunks } from "./ply/gaussian_ply.ts";
import type { SplatFormat } from "./read_splats.ts";
import { sogMembers } from "./sog/sog_write.ts";
import { checkSplats, finiteMask, type Splats } from "./splats.ts";
import type { SpzVersion } from "./spz/spz_layout.ts";
import { encodeSpz } from "./spz/spz_write.ts";

/** The kinds that are written, by the end of the file's name; the first that fits. */
const BY_NAME: readonly (readonly [ending: string, format: SplatFormat])[] = [
  [".compressed.ply", "compressed-ply"],
  [".ply", "ply"],
  [".splat", "splat"],
  [".spz", "spz"],
  [".sog", "sog"],
];

/** The kind of file that a name asks for; a RangeError lists the kinds where it is none of them. */
export function splatFormatOf(path: string): SplatFormat {
  const name = basename(path).toLowerCase();
  const found = BY_NAME.find(([ending]) => name.endsWith(ending));
  if (found) return found[1];
  throw new RangeError(
    `Cannot write "${path}": its name must end in ${BY_NAME.map(([ending]) => ending).join(", ")}`,
  );
}

/**
 * Writes trained Gaussians in the kind of file that the name asks for; the path holds the old file or
 * the whole new one, never a part. Only plain PLY takes values that are NaN or infinite.
 */
export async function writeSplats(
  path: string,
  splats: Splats,
  { spzVersion = 3 }: { spzVersion?: SpzVersion } = {},
): Promise<void> {
  const format = splatFormatOf(path);
  writeAtomically(path, await encodeSplats(splats, format, { spzVersion, path }));
}

/** The bytes of a file of that kind, piece by piece; `path` is named in error messages. */
export async function encodeSplats(
  splats: Splats,
  format: SplatFormat,
  { spzVersion = 3, path = format }: { spzVersion?: SpzVersion; path?: string } = {},
): Promise<Iterable<Uint8Array>> {
  checkSplats(splats, `write "${path}"`);
  const broken = format === "ply" ? -1 : finiteMask(splats).indexOf(0);
  if (broken >= 0) {
    throw new RangeError(
      `Cannot write "${path}": Gaussian ${broken} has a NaN or infinite value, all must be finite`,
    );
  }
  switch (format) {
    case "ply":
      return gaussianPlyChunks(splats);
    case "compressed-ply":
      return compressedPlyChunks(splats);
    case "splat":
      return antimatterSplatChunks(splats);
    case "spz":
      return [encodeSpz(splats, spzVersion)];
    case "sog":
      return zipChunks(await sogMembers(splats));
    case "ksplat":
      throw new RangeError(`Cannot write "${path}": .ksplat files are only read`);
  }
}
