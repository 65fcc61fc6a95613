import { zipChunks } from "../formats/zip/zip_write.ts";
import { looksLikeZip } from "../formats/zip/zip.ts";
import { antimatterSplatChunks, openAntimatterSplat } from "./antimatter_splat.ts";
import { readGltf } from "./gltf/gltf_read.ts";
import { gltfChunks } from "./gltf/gltf_write.ts";
import { readKsplat } from "./ksplat/ksplat.ts";
import { isCompressedPly, readCompressedPly } from "./ply/compressed_ply.ts";
import { compressedPlyChunks } from "./ply/compressed_ply_write.ts";
import { gaussianPlyChunks, openGaussianPly } from "./ply/gaussian_ply.ts";
import { openSogBundle, openSogFolder } from "./sog/sog.ts";
import { sogMembers } from "./sog/sog_write.ts";
import { readStreamedSog, STREAMED_SOG } from "./sog/streamed_sog.ts";
import type { SplatFormatDefinition, SplatInput } from "./splat_format.ts";
import { streamOf } from "./splat_stream.ts";
import { openSpz } from "./spz/spz.ts";
import { spzChunks } from "./spz/spz_write.ts";

const startsWith = (...words: readonly string[]) => ({ start }: SplatInput) =>
  words.some((word) => start.startsWith(word));
const endsWith = (...endings: readonly string[]) => ({ name }: SplatInput) =>
  endings.some((ending) => name.endsWith(ending));

/**
 * Every kind of file of trained Gaussians, by its name in reports. The first that a file matches reads
 * it: what content shows stands before what only the name tells. The first ending that fits writes.
 */
export const SPLAT_FORMATS = {
  "compressed-ply": {
    endings: [".compressed.ply"],
    matches: (input) => input.start.startsWith("ply") && isCompressedPly(input),
    open: readCompressedPly,
    write: compressedPlyChunks,
  },
  ply: {
    endings: [".ply"],
    matches: startsWith("ply"),
    open: openGaussianPly,
    write: (splats) => gaussianPlyChunks(streamOf(splats)),
    writeStream: gaussianPlyChunks,
  },
  spz: {
    endings: [".spz"],
    matches: startsWith("NGSP", "\x1f\x8b"),
    open: ({ source }, { spzFrame, remark }) => openSpz(source, { frame: spzFrame, remark }),
    write: (splats, options) => spzChunks(streamOf(splats), options),
    writeStream: spzChunks,
  },
  sog: {
    endings: [".sog"],
    matches: (input) =>
      looksLikeZip(input.source.read(0, Math.min(4, input.source.size))) ||
      input.name === "meta.json",
    open: ({ source, path, name }, { remark }) =>
      name === "meta.json" ? openSogFolder(path, remark) : openSogBundle(source, remark),
    write: async (splats) => zipChunks(await sogMembers(splats)),
  },
  "streamed-sog": {
    endings: [STREAMED_SOG],
    matches: endsWith(STREAMED_SOG),
    open: ({ source, path }, options) => readStreamedSog(source, path, options),
  },
  gltf: {
    endings: [".glb"],
    readEndings: [".gltf"],
    matches: (input) => startsWith("glTF")(input) || endsWith(".gltf")(input),
    open: readGltf,
    write: gltfChunks,
  },
  ksplat: {
    endings: [".ksplat"],
    matches: endsWith(".ksplat"),
    open: ({ source }) => readKsplat(source),
  },
  splat: {
    endings: [".splat"],
    matches: endsWith(".splat"),
    open: ({ source }) => openAntimatterSplat(source),
    write: antimatterSplatChunks,
    degree: 0,
  },
} as const satisfies Readonly<Record<string, SplatFormatDefinition>>;

/** Kinds of files that hold trained Gaussians, see `SPLAT_FORMATS`. */
export type SplatFormat = keyof typeof SPLAT_FORMATS;

/** Whether a file's name is one of trained Gaussians; such a .ply or .glb may hold other things. */
export function isSplatName(name: string): boolean {
  return splatFormats().some(([, { endings, readEndings = [] }]) =>
    [...endings, ...readEndings].some((ending) => name.toLowerCase().endsWith(ending))
  );
}

/** The kinds by name, with what each can do. */
export function splatFormats(): [SplatFormat, SplatFormatDefinition][] {
  return Object.entries(SPLAT_FORMATS) as [SplatFormat, SplatFormatDefinition][];
}
