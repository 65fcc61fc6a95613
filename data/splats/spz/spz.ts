import type { ByteSource } from "../../formats/byte_source.ts";
import { gunzip, unzstd } from "../../formats/zip/compression.ts";
import { unreadable } from "../../formats/unreadable.ts";
import type { Remark } from "../splat_format.ts";
import { readAll, type SplatReader } from "../splat_stream.ts";
import type { ShDegree, Splats } from "../splats.ts";
import { decodeSpz } from "./spz_decode.ts";
import { SPZ_DEFAULT_FRAME, type SpzFrame, spzFrameOf } from "./spz_frame.ts";
import {
  type ReadSpzVersion,
  SPZ_COEFFICIENTS,
  SPZ_FLAGS,
  SPZ_FRAME_RECORD,
  SPZ_HEADER,
  SPZ_MAGIC,
  type SpzStream,
  spzStreams,
} from "./spz_layout.ts";

/** What the header of an SPZ file declares. */
export interface SpzHeader {
  readonly version: ReadSpzVersion;
  readonly count: number;
  readonly degree: number;
  /** Bits after the point of a position. */
  readonly fractionalBits: number;
  readonly antialiased: boolean;
  /** Whether records of extensions are there. */
  readonly extended: boolean;
}

/** How to read an SPZ file. */
export interface ReadSpzOptions {
  /** Where axes point in a file that does not declare it; RUB if not given. */
  readonly frame?: SpzFrame | undefined;
  /** Told of what was not read as it stands. */
  readonly remark?: Remark;
}

// Real scenes pack 1.5 to 2.5 to 1, made-up ones of equal Gaussians far better while they are small.
const SMALL = 4 * 2 ** 20;
const LARGEST_RATIO = 128;

/** Reads an SPZ file of version 1, 2, 3 (in gzip, or bare) or 4 (zstd streams). */
export function readSpz(source: ByteSource, options: ReadSpzOptions = {}): Splats {
  return readAll(openSpz(source, options));
}

/** Opens such a file: its streams are inflated, and decoded as Gaussians are asked for. */
export function openSpz(source: ByteSource, options: ReadSpzOptions = {}): SplatReader {
  const { file, size } = source;
  const bytes = source.read(0, size);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    return readStreams(file, inflateGzip(file, bytes), options);
  }
  return versionOf(file, bytes) === 4
    ? readPackedStreams(file, bytes, options)
    : readStreams(file, bytes, options);
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
    raw = gunzip(bytes, declared);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw unreadable(file, 0, `the gzip stream cannot be inflated (${cause})`, error);
  }
  if (raw.length !== declared) {
    throw unreadable(
      file,
      bytes.length - 4,
      `the gzip stream has ${raw.length} bytes, it says ${declared}`,
    );
  }
  return raw;
}

function versionOf(file: string, bytes: Uint8Array): number {
  if (bytes.length < 16) throw unreadable(file, bytes.length, "the SPZ header is cut off");
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== SPZ_MAGIC) {
    throw unreadable(file, 0, `an SPZ file starts with "NGSP" or a gzip stream of it`);
  }
  return view.getUint32(4, true);
}

function readHeader(
  file: string,
  bytes: Uint8Array,
  versions: readonly ReadSpzVersion[],
): SpzHeader {
  const found = versionOf(file, bytes);
  const version = versions.find((known) => known === found);
  if (version === undefined) {
    throw unreadable(
      file,
      4,
      `it is SPZ version ${found} here, it must be ${versions.join(" or ")}`,
    );
  }
  const header = {
    version,
    count: viewOf(bytes).getUint32(8, true),
    degree: bytes[12]!,
    fractionalBits: bytes[13]!,
    antialiased: (bytes[14]! & SPZ_FLAGS.antialiased) !== 0,
    extended: (bytes[14]! & SPZ_FLAGS.extensions) !== 0,
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

/** Versions 1 to 3: header and attributes one after the other, then the records. */
function readStreams(file: string, raw: Uint8Array, options: ReadSpzOptions): SplatReader {
  const header = readHeader(file, raw, [1, 2, 3]);
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
  const records = header.extended ? raw.subarray(at) : new Uint8Array();
  return readerOf(header, streams, frameOf(records, { file, at, header, options }));
}

/** Version 4: records, a table of sizes, then one zstd frame for each attribute. */
function readPackedStreams(
  file: string,
  bytes: Uint8Array,
  options: ReadSpzOptions,
): SplatReader {
  const header = readHeader(file, bytes, [4]);
  const view = viewOf(bytes);
  const wanted = spzStreams(4, header.degree);
  if (bytes.length < SPZ_HEADER[4]) {
    throw unreadable(file, bytes.length, "the SPZ header is cut off");
  }
  const stored = bytes[15]!;
  const table = view.getUint32(16, true);
  if (stored < wanted.size || table < SPZ_HEADER[4] || table + 16 * stored > bytes.length) {
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
  const records = bytes.subarray(SPZ_HEADER[4], header.extended ? table : SPZ_HEADER[4]);
  const frame = frameOf(records, { file, at: SPZ_HEADER[4], header, options });
  return readerOf(header, streams, frame);
}

function readerOf(
  header: SpzHeader,
  streams: ReadonlyMap<SpzStream, Uint8Array>,
  frame: SpzFrame,
): SplatReader {
  const widths = spzStreams(header.version, header.degree);
  return {
    count: header.count,
    degree: Math.min(3, header.degree) as ShDegree,
    antialiased: header.antialiased,
    read(first, end) {
      const part = [...streams].map(([name, bytes]) => {
        const width = widths.get(name)!;
        return [name, bytes.subarray(first * width, end * width)] as const;
      });
      return decodeSpz({ ...header, count: end - first }, new Map(part), frame);
    },
  };
}

function inflateZstd(
  packed: Uint8Array,
  { file, at, name, length }: { file: string; at: number; name: SpzStream; length: number },
): Uint8Array {
  let raw: Uint8Array;
  try {
    raw = unzstd(packed, length);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw unreadable(file, at, `the ${name} cannot be inflated (${cause})`, error);
  }
  if (raw.length !== length) {
    throw unreadable(file, at, `the ${name} inflate to ${raw.length} bytes, ${length} are needed`);
  }
  return raw;
}

/** The frame that the records declare, else the one asked for; what else they hold is not read. */
function frameOf(
  records: Uint8Array,
  { file, at, header, options: { frame = SPZ_DEFAULT_FRAME, remark } }: {
    file: string;
    at: number;
    header: SpzHeader;
    options: ReadSpzOptions;
  },
): SpzFrame {
  if (header.degree > 3) remark?.("harmonics of degree 4 are cut to degree 3");
  const view = viewOf(records);
  for (let next = 0; next + 8 <= records.length;) {
    const length = view.getUint32(next + 4, true);
    if (view.getUint32(next, true) === SPZ_FRAME_RECORD) {
      const number = length >= 4 && next + 12 <= records.length
        ? view.getUint32(next + 8, true)
        : 0;
      const declared = spzFrameOf(number);
      if (declared) return declared;
      // 0 is "not told" in the format's own list.
      if (number > 0) throw unreadable(file, at + next + 8, `its frame ${number} is not known`);
    }
    next += 8 + length;
  }
  return frame;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
