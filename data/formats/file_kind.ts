import type { ByteSource } from "./byte_source.ts";
import { unreadable } from "./unreadable.ts";

/** What a file is that a reader cannot read, and what to do about it. */
export interface FileKind {
  /** As in "it is …": "a web page". */
  readonly what: string;
  readonly hint: string;
}

type Test = (text: string, bytes: Uint8Array, size: number) => boolean;

const DOWNLOAD = "download the file itself; the address led to something else";
const UNPACK = "unpack it first";
const OTHER = "name another file";
/** What to do about a picture of another kind. */
export const CONVERT = "convert such pictures to JPEG or PNG under their names, for example with " +
  "`magick mogrify -format png`";

const FRAMES = "make pictures of it, for example with `ffmpeg -i FILE %05d.png`";
/** What a file of a camera is called. */
export const RAW_PICTURE = "a raw file of a camera";

// As much of a file as tells what it is; a tar tells after 257 bytes.
const START = 1024;

const starts = (...marks: readonly string[]): Test => (text) =>
  marks.some((mark) => text.startsWith(mark));
const startsAt = (place: number, ...marks: readonly string[]): Test => (text) =>
  marks.some((mark) => text.startsWith(mark, place));
const shows = (pattern: RegExp): Test => (text) => pattern.test(text);

/** Kinds by their first bytes, the first that fits; `id` is what a reader calls those it can read. */
const KINDS: readonly (readonly [id: string, test: Test, what: string, hint: string])[] = [
  ["empty", (_text, _bytes, size) => size === 0, "empty", "download or copy it again"],
  [
    "zeros",
    (_text, bytes) => bytes.length >= 64 && bytes.every((byte) => byte === 0),
    "zeros, at least where it begins",
    "download or copy it again: its writing was cut off",
  ],
  [
    "lfs",
    starts("version https://git-lfs.github.com/spec/"),
    "a Git LFS pointer, not the file that it stands for",
    "git lfs pull fetches that file",
  ],
  ["html", shows(/^\s*(<!doctype html|<html|<head|<body|<script)/i), "a web page", DOWNLOAD],
  ["xml", shows(/^\s*<(\?xml|Error>|svg)/), "XML", DOWNLOAD],
  ["gzip", starts("\x1f\x8b"), "gzipped", UNPACK],
  ["bzip2", shows(/^BZh[1-9]/), "packed by bzip2", UNPACK],
  ["xz", starts("\xfd7zXZ\0"), "packed by xz", UNPACK],
  ["zstd", starts("\x28\xb5\x2f\xfd"), "packed by zstd", UNPACK],
  ["7z", starts("7z\xbc\xaf\x27\x1c"), "a 7z archive", UNPACK],
  ["rar", starts("Rar!\x1a\x07"), "a RAR archive", UNPACK],
  [
    "torch-tar",
    (text) => text.startsWith("sys_info\0") || (text.startsWith("storages\0") && isTar(text)),
    "a tar archive as PyTorch wrote before version 0.1.10",
    "load it with an old PyTorch and torch.save it again",
  ],
  ["tar", isTar, "a tar archive", UNPACK],
  ["zip", starts("PK\x03\x04", "PK\x05\x06"), "a zip archive", UNPACK],
  ["torch-legacy", starts("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20"), "a PyTorch file", OTHER],
  ["npy", starts("\x93NUMPY"), "a NumPy array", OTHER],
  [
    "hdf5",
    starts("\x89HDF\r\n\x1a\n"),
    "an HDF5 file",
    "read it in Python and torch.save its tensors",
  ],
  ["onnx", isOnnx, "an ONNX model", "save the state dict with PyTorch"],
  ["gguf", starts("GGUF"), "a GGUF model", OTHER],
  ["pdf", starts("%PDF-"), "a PDF", OTHER],
  ["png", starts("\x89PNG\r\n\x1a\n"), "a PNG picture", OTHER],
  ["jpeg", starts("\xff\xd8\xff"), "a JPEG picture", OTHER],
  ["gif", starts("GIF87a", "GIF89a"), "a GIF picture", CONVERT],
  ["picture", startsAt(4, "ftyphei", "ftyphev", "ftypmif1", "ftypmsf1"), "a HEIC picture", CONVERT],
  ["picture", startsAt(4, "ftypavi"), "an AVIF picture", CONVERT],
  ["picture", startsAt(4, "ftypcrx "), RAW_PICTURE, CONVERT],
  ["picture", starts("FUJIFILMCCD", "IIRO", "IIRS", "IIU\0"), RAW_PICTURE, CONVERT],
  ["picture", startsAt(8, "CR"), RAW_PICTURE, CONVERT],
  ["video", startsAt(4, "ftyp"), "a video", FRAMES],
  ["video", starts("\x1aE\xdf\xa3"), "a video", FRAMES],
  ["video", startsAt(8, "AVI "), "a video", FRAMES],
  ["picture", starts("8BPS"), "a picture of Photoshop", CONVERT],
  ["picture", starts("\xff\x0a"), "a JPEG XL picture", CONVERT],
  ["picture", startsAt(4, "JXL "), "a JPEG XL picture", CONVERT],
  ["picture", startsAt(4, "jP  "), "a JPEG 2000 picture", CONVERT],
  ["picture", starts("\xff\x4f\xff\x51"), "a JPEG 2000 picture", CONVERT],
  ["picture", starts("v/1\x01"), "an OpenEXR picture", CONVERT],
  ["picture", starts("#?RADIANCE", "#?RGBE"), "a Radiance picture", CONVERT],
  ["picture", starts("II+\0", "MM\0+"), "a BigTIFF", CONVERT],
  ["picture", shows(/^P[1-7][ \n]/), "a Netpbm picture", CONVERT],
  ["sqlite", starts("SQLite format 3\0"), "an SQLite database", OTHER],
  ["elf", starts("\x7fELF"), "a program", OTHER],
  ["ply", shows(/^ply\r?\n/), "a PLY file", OTHER],
  ["safetensors", isSafetensors, "a safetensors file", "its name must end in .safetensors"],
  [
    "safetensors-index",
    shows(/^\s*\{[^]*"weight_map"\s*:/),
    "the index of a safetensors file in several parts",
    "name one of the .safetensors files beside it",
  ],
  ["json", shows(/^\s*[{[]\s*("|\{|\[|\]|\}|-?\d)/), "JSON", OTHER],
  [
    "pickle",
    (_text, bytes) => bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5,
    "a Python pickle",
    "load it in Python and torch.save its tensors",
  ],
  ["text", isText, "text", DOWNLOAD],
];

/** What the bytes of a file say that it is; null where they do not tell. */
export function fileKind(source: ByteSource): (FileKind & { readonly id: string }) | null {
  const bytes = source.read(0, Math.min(START, source.size));
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  const found = KINDS.find(([, test]) => test(text, bytes, source.size));
  if (!found) return null;
  const [id, , what, hint] = found;
  return {
    id,
    what: id === "text" ? `text that begins with ${JSON.stringify(text.slice(0, 32))}` : what,
    hint,
  };
}

/** The error of a file that is something else than what a reader reads. */
export function otherKind(source: ByteSource, wanted: string): SyntaxError {
  const kind = fileKind(source);
  if (!kind) return unreadable(source.file, 0, `it does not start as ${wanted} must`);
  const error = unreadable(source.file, 0, `it is ${kind.what}, not ${wanted}`);
  return Object.assign(error, { hint: kind.hint });
}

/** Throws where bytes are plainly of another kind than a reader's own ones, which it names by their ids. */
export function refuseOtherKinds(source: ByteSource, wanted: string, own: readonly string[]): void {
  const kind = fileKind(source);
  if (kind && !own.includes(kind.id)) throw otherKind(source, wanted);
}

function isTar(text: string): boolean {
  return text.slice(257, 262) === "ustar";
}

function isSafetensors(text: string, bytes: Uint8Array, size: number): boolean {
  if (bytes.length < 10 || text[8] !== "{") return false;
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  return length <= size - 8;
}

/** A protocol buffer that begins with a version and the name of the program that made it. */
function isOnnx(text: string): boolean {
  return text.charCodeAt(0) === 8 && text.charCodeAt(2) === 18 &&
    /pytorch|onnx/.test(text.slice(0, 80));
}

function isText(text: string): boolean {
  return text.length > 0 && /^[\t\n\r\x20-\x7e]+$/.test(text);
}
