import type { ByteSource } from "../formats/byte_source.ts";
import { decodeBmp, looksLikeBmp, readBmpSize } from "./bmp.ts";
import { decodeJpeg } from "./jpeg/jpeg.ts";
import { readJpegSize } from "./jpeg/jpeg_header.ts";
import type { Picture } from "./picture.ts";
import { decodePng, looksLikePng, PNG_START, readPngHeader } from "./png/png.ts";
import { decodeTiff, looksLikeTiff, readTiffHeader } from "./tiff.ts";
import { decodeWebp, looksLikeWebp, readWebpSize } from "./webp.ts";

/** Width and height in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** A kind of pictures that is read, told by the first bytes and never by the name. */
export interface PictureKind {
  readonly name: string;
  /** Endings that such files have, without the dot. */
  readonly endings: readonly string[];
  readonly isIt: (start: Uint8Array) => boolean;
  readonly size: (source: ByteSource) => PictureSize;
  readonly decode: (bytes: Uint8Array, file: string) => Picture | Promise<Picture>;
}

/** Bytes that tell a kind. */
export const KIND_BYTES = 64;

// JPEG headers may carry previews and profiles before the size: most have it in the first piece.
const JPEG_HEADS = [2 ** 15, 2 ** 20, Infinity];
const WEBP_HEAD = 64;
const BMP_HEAD = 70;

/** Pixels at most: 100 million, and of more than 16 million no more than the file can hold. */
function mostPixels(bytes: Uint8Array): number {
  return Math.min(100e6, Math.max(16e6, 33 * bytes.length));
}

function headOf(source: ByteSource, length: number): Uint8Array {
  return source.read(0, Math.min(source.size, length));
}

/** The kinds of pictures that are read; adding one is adding a line. */
export const PICTURE_KINDS: readonly PictureKind[] = [
  {
    name: "PNG",
    endings: ["png"],
    isIt: looksLikePng,
    size: (source) => readPngHeader(headOf(source, PNG_START), source.file),
    decode: (bytes, file) => decodePng(bytes, { file }),
  },
  {
    name: "JPEG",
    endings: ["jpg", "jpeg"],
    isIt: (start) => start[0] === 0xff && start[1] === 0xd8,
    size: (source) => {
      for (const head of JPEG_HEADS) {
        const size = readJpegSize(headOf(source, head), source.file, head >= source.size);
        if (size) return size;
      }
      throw new Error("unreachable: the whole file has a size or is an error");
    },
    decode: (bytes, file) => decodeJpeg(bytes, { file }),
  },
  {
    name: "WebP",
    endings: ["webp"],
    isIt: looksLikeWebp,
    size: (source) => readWebpSize(headOf(source, WEBP_HEAD), source.file),
    decode: (bytes, file) => decodeWebp(bytes, { file, maxPixels: mostPixels(bytes) }),
  },
  {
    name: "TIFF",
    endings: ["tif", "tiff"],
    isIt: looksLikeTiff,
    size: readTiffHeader,
    decode: (bytes, file) => decodeTiff(bytes, { file, maxPixels: mostPixels(bytes) }),
  },
  {
    name: "BMP",
    endings: ["bmp"],
    isIt: looksLikeBmp,
    size: (source) => readBmpSize(headOf(source, BMP_HEAD), source.file),
    decode: (bytes, file) => decodeBmp(bytes, { file, maxPixels: mostPixels(bytes) }),
  },
];

/** Endings of all kinds, the likeliest first. */
export const PICTURE_ENDINGS: readonly string[] = PICTURE_KINDS.flatMap(({ endings }) => endings);

const PICTURE_NAME = new RegExp(`\\.(${PICTURE_ENDINGS.join("|")})$`, "i");

/** Whether a file is a picture by its name. */
export function isPictureName(name: string): boolean {
  return PICTURE_NAME.test(name);
}

/** A name without the ending of a picture. */
export function withoutPictureEnding(name: string): string {
  return name.replace(PICTURE_NAME, "");
}
