import { crc32 } from "../../formats/checksums/crc32.ts";
import { readingAt, unreadable } from "../../formats/unreadable.ts";

/** What the first chunk of a PNG file declares. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample in the file: 1, 2, 4, 8 or 16. */
  readonly bits: number;
  readonly kind: "gray" | "rgb" | "palette" | "gray-alpha" | "rgba";
  readonly interlaced: boolean;
}

/** The chunks of a PNG file that make its picture. */
export interface PngChunks {
  readonly header: PngHeader;
  /** Three bytes per colour. */
  readonly palette: Uint8Array | null;
  /** Content of the tRNS chunk: alphas of the palette, or the one transparent colour. */
  readonly transparency: Uint8Array | null;
  /** The compressed picture in pieces. */
  readonly data: Uint8Array[];
  /** Where its first piece lies. */
  readonly dataOffset: number;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Bytes that a header reader needs. */
export const PNG_START = 33;

/** Says whether bytes start as a PNG file must. */
export function looksLikePng(start: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => start[i] === byte);
}

/** Reads the first chunk alone; `bytes` may end after it. */
export function readPngHeader(bytes: Uint8Array, file = "memory"): PngHeader {
  if (!looksLikePng(bytes)) throw unreadable(file, 0, "it does not start as a PNG file must");
  const { type, content } = chunkAt(bytes, SIGNATURE.length, file);
  if (type !== "IHDR") throw unreadable(file, 8, `its first chunk is "${type}", it must be "IHDR"`);
  return readingAt(file, 16, () => parseHeader(content));
}

/** Reads all chunks; those that do not change the pixels are skipped. */
export function readPngChunks(bytes: Uint8Array, file: string): PngChunks {
  const header = readPngHeader(bytes, file);
  const data: Uint8Array[] = [];
  let palette: Uint8Array | null = null;
  let transparency: Uint8Array | null = null;
  let dataOffset = 0;
  let last = "IHDR";
  for (let at = PNG_START;;) {
    const { type, content, end } = chunkAt(bytes, at, file);
    if (type === "IEND") break;
    if (type === "IDAT") {
      if (data.length && last !== "IDAT") {
        throw unreadable(file, at, "the picture is interrupted by another chunk");
      }
      dataOffset ||= at;
      data.push(content);
    } else if (type === "PLTE") {
      if (content.length % 3 || content.length === 0 || content.length > 768) {
        throw unreadable(file, at, `a palette cannot have ${content.length} bytes`);
      }
      palette = content;
    } else if (type === "tRNS") transparency = content;
    else if (/^[A-Z]/.test(type)) throw unreadable(file, at, `the chunk "${type}" is not known`);
    last = type;
    at = end;
  }
  if (!dataOffset) throw unreadable(file, bytes.length, "it has no picture");
  if (header.kind === "palette" && !palette) {
    throw unreadable(file, dataOffset, "its palette is missing");
  }
  return { header, palette, transparency, data, dataOffset };
}

interface Chunk {
  readonly type: string;
  readonly content: Uint8Array;
  readonly end: number;
}

function chunkAt(bytes: Uint8Array, at: number, file: string): Chunk {
  if (at + 12 > bytes.length) throw unreadable(file, at, "the file ends before its last chunk");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(at);
  const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
  if (!/^[A-Za-z]{4}$/.test(type)) throw unreadable(file, at, "no chunk starts here");
  const end = at + 12 + length;
  if (end > bytes.length) {
    throw unreadable(
      file,
      at,
      `the chunk "${type}" is cut off, ${end - bytes.length} bytes are missing`,
    );
  }
  // A damaged chunk that does not change the pixels may stay damaged.
  const matters = /^[A-Z]|^tRNS/.test(type);
  if (matters && crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
    throw unreadable(file, at, `the chunk "${type}" is damaged, its CRC-32 does not match`);
  }
  return { type, content: bytes.subarray(at + 8, end - 4), end };
}

const KINDS: Readonly<Record<number, { kind: PngHeader["kind"]; bits: number[] }>> = {
  0: { kind: "gray", bits: [1, 2, 4, 8, 16] },
  2: { kind: "rgb", bits: [8, 16] },
  3: { kind: "palette", bits: [1, 2, 4, 8] },
  4: { kind: "gray-alpha", bits: [8, 16] },
  6: { kind: "rgba", bits: [8, 16] },
};

function parseHeader(content: Uint8Array): PngHeader {
  if (content.length !== 13) throw new RangeError(`its header has ${content.length} bytes, not 13`);
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const [bits = 0, color = 0, compression, filter, interlace = 0] = content.subarray(8);
  if (width === 0 || height === 0 || width >= 2 ** 31 || height >= 2 ** 31) {
    throw new RangeError(`a picture cannot have ${width} x ${height} pixels`);
  }
  const known = KINDS[color];
  if (!known?.bits.includes(bits)) {
    throw new RangeError(`colour type ${color} cannot have ${bits} bits`);
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw new RangeError(`the methods ${compression}, ${filter}, ${interlace} are not known`);
  }
  return { width, height, bits, kind: known.kind, interlaced: interlace === 1 };
}
