import { basename } from "@std/path";
import { type ByteSource, openSource } from "./formats/byte_source.ts";
import {
  npyContent,
  safetensorsContent,
  topLevel,
  torchContent,
  zipContent,
} from "./inspect/arrays.ts";
import type { ContentNode, ContentOptions } from "./inspect/content.ts";
import {
  colmapContent,
  isColmapName,
  jpegContent,
  pictureContent,
  plyContent,
  pngContent,
  transformsContent,
} from "./inspect/scenes.ts";
import { describeValue } from "./inspect/value_tree.ts";
import { readPickle } from "./formats/pickle.ts";
import { looksLikeBmp } from "./pictures/bmp.ts";
import { looksLikeTiff } from "./pictures/tiff.ts";
import { looksLikeWebp } from "./pictures/webp.ts";
import { looksLikePng } from "./pictures/png/png.ts";
import { looksLegacy } from "./formats/torch/legacy_checkpoint.ts";
import { STREAMED_SOG } from "./splats/sog/streamed_sog.ts";
import { splatsContent, webpContent } from "./inspect/gaussians.ts";
import { isSscbench, sscbenchContent } from "./inspect/sscbench.ts";
import { jsonContent, lidarsegContent, sweepContent } from "./inspect/nuscenes.ts";
import { fileKind, otherKind } from "./formats/file_kind.ts";
import { unreadable } from "./formats/unreadable.ts";
import { looksLikeZip, openZip } from "./formats/zip/zip.ts";

export type { ContentNode, ValueRange } from "./inspect/content.ts";

/** What a file holds. */
export interface FileContent {
  /** Path as it was given. */
  readonly file: string;
  /** Name of its format. */
  readonly format: string;
  /** In bytes. */
  readonly size: number;
  /** What is in it, outermost first. */
  readonly content: ContentNode[];
}

type Reader = (path: string, options: ContentOptions) => ContentNode[] | Promise<ContentNode[]>;

const READERS = {
  "NumPy array": npyContent,
  "NumPy archive": zipContent,
  "zip archive": zipContent,
  "PyTorch checkpoint": torchContent,
  safetensors: safetensorsContent,
  "Python pickle": pickleContent,
  "PLY": plyContent,
  "PNG": pngContent,
  "JPEG": jpegContent,
  "COLMAP": colmapContent,
  "transforms.json": transformsContent,
  "JSON": jsonContent,
  "trained Gaussians": splatsContent,
  "WebP": webpContent,
  "TIFF": pictureContent,
  "BMP": pictureContent,
  "lidar sweep": sweepContent,
  "lidarseg labels": lidarsegContent,
  "SSCBench voxels": sscbenchContent,
} satisfies Record<string, Reader>;

/** Name of a format that `inspectFile` knows. */
export type FormatName = keyof typeof READERS;

/**
 * Reads any file of a known format and describes what it holds: names, shapes, dtypes and, unless
 * `values` is off, the ranges of the values. Without values only headers are read where the format has
 * them, so that size does not matter.
 */
export async function inspectFile(path: string, { values = true } = {}): Promise<FileContent> {
  const source = openSource(path);
  const format = detectFormat(source);
  const content = await READERS[format](path, { values });
  return { file: path, format, size: source.size, content };
}

/** Tells a file's format by its first bytes, or by its name where they do not say. */
export function detectFormat(source: ByteSource): FormatName {
  const start = source.read(0, Math.min(18, source.size));
  const text = String.fromCharCode(...start);
  if (looksLikeZip(start)) return zipFormat(source);
  if (looksLegacy(start)) return "PyTorch checkpoint";
  if (text.startsWith("\x93NUMPY")) return "NumPy array";
  if (looksLikePng(start)) return "PNG";
  if (start[0] === 0xff && start[1] === 0xd8) return "JPEG";
  if (text.startsWith("NGSP") || text.startsWith("glTF")) return "trained Gaussians";
  if (looksLikeWebp(start)) return "WebP";
  if (looksLikeTiff(start)) return "TIFF";
  if (looksLikeBmp(start)) return "BMP";
  if (start[0] === 0x1f && start[1] === 0x8b) {
    if (/\.spz$/i.test(source.file)) return "trained Gaussians";
    throw unreadable(source.file, 0, "it is gzipped, unpack it first");
  }
  if (/^ply[\r\n]/.test(text)) return "PLY";
  const name = basename(source.file);
  if (isColmapName(name)) return "COLMAP";
  if (name.endsWith(".pcd.bin")) return "lidar sweep";
  if (name.endsWith("_lidarseg.bin")) return "lidarseg labels";
  if (isSscbench(source.file)) return "SSCBench voxels";
  const extension = /[^.]*$/.exec(name.toLowerCase())![0];
  if (extension === "json") return jsonFormat(source, name);
  if (Object.hasOwn(EXTENSIONS, extension)) return EXTENSIONS[extension]!;
  if (start[0] === 0x80 && start[1]! >= 2 && start[1]! <= 5) return "Python pickle";
  if (text[8] === "{") return "safetensors";
  if (fileKind(source)) throw otherKind(source, "a file of a format that is known");
  throw unreadable(
    source.file,
    0,
    `neither its first bytes nor its name tell its format, it must be one of ` +
      Object.keys(READERS).join(", "),
  );
}

const EXTENSIONS: Readonly<Record<string, FormatName>> = {
  npy: "NumPy array",
  npz: "NumPy archive",
  pt: "PyTorch checkpoint",
  pth: "PyTorch checkpoint",
  safetensors: "safetensors",
  pkl: "Python pickle",
  pickle: "Python pickle",
  ply: "PLY",
  png: "PNG",
  jpg: "JPEG",
  jpeg: "JPEG",
  splat: "trained Gaussians",
  ksplat: "trained Gaussians",
  spz: "trained Gaussians",
  gltf: "trained Gaussians",
};

function zipFormat(source: ByteSource): FormatName {
  const names = [...openZip(source).entries.keys()];
  if (names.some((name) => /^([^/]*\/)?data\.pkl$/.test(name))) return "PyTorch checkpoint";
  if (names.includes("meta.json") && names.some((name) => name.endsWith(".webp"))) {
    return "trained Gaussians";
  }
  return names.every((name) => name.endsWith(".npy")) ? "NumPy archive" : "zip archive";
}

// Files of poses are small: what is larger is told by its name or is some other JSON.
const LARGEST_TRANSFORMS = 2 ** 26;

function jsonFormat(source: ByteSource, name: string): FormatName {
  if (/^transforms/.test(name)) return "transforms.json";
  const bytes = source.read(0, Math.min(source.size, LARGEST_TRANSFORMS));
  const text = new TextDecoder().decode(bytes);
  if (name === STREAMED_SOG) return "trained Gaussians";
  if (name === "meta.json" && /"means"\s*:/.test(text)) return "trained Gaussians";
  const frames = /^\s*\{/.test(text) && /"frames"\s*:\s*\[/.test(text);
  return frames && /"transform_matrix"\s*:/.test(text) ? "transforms.json" : "JSON";
}

function pickleContent(path: string, options: ContentOptions): ContentNode[] {
  const value = readPickle(Deno.readFileSync(path), {
    file: path,
    // What joblib and others keep outside is named, not followed.
    persistentLoad: (id) => ({ kind: "object outside the pickle", id }),
  });
  return topLevel(describeValue("value", value, options));
}
