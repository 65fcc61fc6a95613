import { readBytes } from "../files/door.ts";
import { type ByteSource, openSource } from "../formats/byte_source.ts";
import { type Picture, type RgbaPicture, rgbaPicture } from "./picture.ts";
import { fileKind, RAW_PICTURE } from "../formats/file_kind.ts";
import { KIND_BYTES, PICTURE_KINDS, type PictureKind } from "./picture_kinds.ts";
import { refusedPicture } from "./refused_picture.ts";
import { looksLikeTiff, readTiffHeader } from "./tiff.ts";

/**
 * Width and height of a picture's file of any kind that is read, without decoding it; EXIF orientation is
 * not applied.
 */
export function pictureSize(file: string): [number, number] {
  const source = openSource(file);
  const { width, height } = kindOf(source).size(source);
  return [width, height];
}

/** Decodes a picture by what its bytes are, whatever its name; EXIF orientation is not applied. */
export async function decodePicture(bytes: Uint8Array, file: string): Promise<Picture> {
  return await kindOf(openSource(bytes, file)).decode(bytes, file);
}

/** Reads a picture's file of any kind as 8-bit RGBA; EXIF orientation is not applied. */
export async function readPicture(file: string): Promise<RgbaPicture> {
  return rgbaPicture(await decodePicture(readBytes(file), file));
}

function kindOf(source: ByteSource): PictureKind {
  const start = source.read(0, Math.min(source.size, KIND_BYTES));
  const kind = PICTURE_KINDS.find(({ isIt }) => isIt(start));
  // Raw files of most cameras are TIFF files with a small preview as their first picture.
  const raw = looksLikeTiff(start) && readTiffHeader(source).raw;
  if (kind && !raw) return kind;
  const other = fileKind(source);
  const unknown = `no picture of a known kind (it starts with ${firstBytes(start)})`;
  const names = PICTURE_KINDS.map(({ name }) => name);
  throw refusedPicture(
    source.file,
    `it is ${raw ? RAW_PICTURE : other?.what ?? unknown}, ${names.slice(0, -1).join(", ")} and ${
      names.at(-1)
    } are read`,
    raw ? undefined : other?.hint,
  );
}

function firstBytes(start: Uint8Array): string {
  return Array.from(start.subarray(0, 4), (byte) => `0x${byte.toString(16).padStart(2, "0")}`)
    .join(" ");
}
