import { gunzipSync } from "fflate";
import { zstdDecompressSync } from "node:zlib";
import type { ByteSource } from "../../formats/byte_source.ts";
import { crc32 } from "../../formats/crc32.ts";
import { unreadable } from "../../formats/unreadable.ts";
import { decodeSpz } from "./spz_decode.ts";
import {
  SPZ_COEFFICIENTS,
  SPZ_HEADER,
  SPZ_MAGIC,
  type SpzStream,
  spzStreams,
  type SpzVersion,
} from "./spz_layout.ts";
import type { Splats } from "../splats.ts";

/** What the header of an SPZ file declares. */
export interface SpzHeader {
  readonly version: SpzVersion;
  readonly count: number;
  readonly degree: number;
  /** Bits after the point of a position. */
  readonly fractionalBits: number;
}

// Real scenes pack 1.5 to 2.5 to 1, made-up ones of equal Gaussians far better while they are small.
const SMALL = 4 * 2 ** 20;
const LARGEST_RATIO = 128;

/** Reads an SPZ file of version 2, 3 (in gzip, or bare) or 4 (zstd streams); extensions are skipped. */
export function readSpz(source: ByteSource): Splats {
  const { file, size } = source;
  const start = source.read(0, Math.min(4, size));
  const packed = start[0] === 0x1f && start[1] === 0x8b;
  if (packed) return readStreams(file, inflateGzip(file, source.read(0, size)));
  const bytes = source.read(0, size);
  return versionOf(file, bytes) === 4 ? readPackedStreams(file, bytes) : readStreams(file, bytes);
}

/** Throws where unpacking `size` bytes to `unpacked` would be out of all proportion. */
function checkRatio(file: string, offset: number, unpacked: number, size: number): void {
  const limit = Math.max(SMALL, LARGEST_RATIO * size);
  if (unpacked > limit) {
    throw unreadable(
      file,
      offset,
      `it is cut off or a bomb, ${size} bytes would unpack to ${unpacked}, the limit is ${limit}`,
    );
  }
}

function inflateGzip(file: string, bytes: Uint8Array): Uint8Array {
  if (bytes.length < 18) throw unreadable(file, 0, "a gzip stream has at least 18 bytes");
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8);
  // A file that is cut off ends in any number instead, mostly a large one.
  const declared = trailer.getUint32(4, true);
  checkRatio(file, bytes.length - 4, declared, bytes.length);
  let raw: Uint8Array;
  try {
    // One byte more than declared, so that a stream that goes on is noticed.
    raw = gunzipSync(bytes, { out: new Uint8Array(declared + 1) });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw unreadable(file, 0, `the gzip stream cannot be inflated (${cause})`, error);
  }
  if (raw.length !== declared || crc32(raw) !== trailer.getUint32(0, true)) {
    throw unreadable(
      file,
      bytes.length - 8,
      "the gzip stream is damaged, its length or CRC-32 does not match",
    );
  }
  return raw;
}

function versionOf(file: string, bytes: Uint8Array): number {
  if (bytes.length < 16) throw unreadable(file, bytes.length, "the SPZ header is cut off");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== SPZ_MAGIC) {
    throw unreadable(file, 0, `an SPZ file starts with "NGSP" or a gzip stream of it`);
  }
  return view.getUint32(4, true);
}

function readHeader(file: string, bytes: Uint8Array, versions: readonly SpzVersion[]): SpzHeader {
  const found = versionOf(file, bytes);
  const version = versions.find((known) => known === found);
  if (version === undefined) {
    throw unreadable(
      file,
      4,
      `it is SPZ version ${found} here, it must be ${versions.join(" or ")}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = {
    version,
    count: view.getUint32(8, true),
    degree: bytes[12]!,
    fractionalBits: bytes[13]!,
  };
  if (header.degree >= SPZ_COEFFICIENTS.length) {
    throw unreadable(file, 12, `it has harmonics of degree ${header.degree}, the largest is 4`);
  }
  if (header.fractionalBits > 24) {
    throw unreadable(
      file,
      13,
      `positions of 24 bits cannot have ${header.fractionalBits} after the point`,
    );
  }
  return header;
}

/** Versions 2 and 3: header and attributes one after the other. */
function readStreams(file: string, raw: Uint8Array): Splats {
  const header = readHeader(file, raw, [2, 3]);
  const streams = new Map<SpzStream, Uint8Array>();
  let at: number = SPZ_HEADER[header.version];
  for (const [name, width] of spzStreams(header.version, header.degree)) {
    const length = width * header.count;
    if (at + length > raw.length) {
      throw unreadable(
        file,
        at,
        `${header.count} Gaussians need ${length} bytes of ${name}, ${raw.length - at} are there`,
      );
    }
    streams.set(name, raw.subarray(at, at += length));
  }
  return decodeSpz(header, streams);
}

/** Version 4: a table of sizes, then one zstd frame for each attribute. */
function readPackedStreams(file: string, bytes: Uint8Array): Splats {
  const header = readHeader(file, bytes, [4]);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wanted = spzStreams(4, header.degree);
  if (bytes.length < SPZ_HEADER[4]) {
    throw unreadable(file, bytes.length, "the SPZ header is cut off");
  }
  const stored = bytes[15]!;
  const table = view.getUint32(16, true);
  if (stored < wanted.size || table + 16 * stored > bytes.length) {
    throw unreadable(
      file,
      15,
      `its table has ${stored} streams from byte ${table}, ${wanted.size} are needed`,
    );
  }
  const total = [...wanted.values()].reduce((sum, width) => sum + width * header.count, 0);
  checkRatio(file, 8, total, bytes.length);
  const streams = new Map<SpzStream, Uint8Array>();
  let at = table + 16 * stored;
  let row = table;
  for (const [name, width] of wanted) {
    const packed = Number(view.getBigUint64(row, true));
    const declared = Number(view.getBigUint64(row + 8, true));
    const length = width * header.count;
    if (declared !== length || at + packed > bytes.length) {
      throw unreadable(
        file,
        row,
        `${packed} bytes at ${at} hold ${declared} of ${name}, the file has ${bytes.length} bytes ` +
          `and ${header.count} Gaussians need ${length}`,
      );
    }
    streams.set(name, inflateZstd(bytes.subarray(at, at + packed), { file, at, name, length }));
    at += packed;
    row += 16;
  }
  return decodeSpz(header, streams);
}

function inflateZstd(
  packed: Uint8Array,
  { file, at, name, length }: { file: string; at: number; name: SpzStream; length: number },
): Uint8Array {
  let raw: Uint8Array;
  try {
    raw = zstdDecompressSync(packed, { maxOutputLength: Math.max(1, length) });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw unreadable(file, at, `the ${name} cannot be inflated (${cause})`, error);
  }
  if (raw.length !== length) {
    throw unreadable(file, at, `the ${name} inflate to ${raw.length} bytes, ${length} are needed`);
  }
  return raw;
}
