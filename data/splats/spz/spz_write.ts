import { gzip, zstd } from "../../formats/zip/compression.ts";
import { concatBytes } from "../../formats/zip/zip_write.ts";
import { quantise, sigmoid } from "../activation.ts";
import { largestFirst, normalised } from "../quaternion.ts";
import type { WriteSplatsOptions } from "../splat_format.ts";
import { partsOf, type SplatStream } from "../splat_stream.ts";
import { allocateSplats, copySplats, restCoefficients, type Splats } from "../splats.ts";
import type { Matrix3 } from "../../geometry/matrix3.ts";
import { turnSplats } from "../turn/turn_splats.ts";
import { SPZ_DEFAULT_FRAME, type SpzFrame, spzFrameNumber, spzFromPly } from "./spz_frame.ts";
import {
  harmonicStep,
  SPZ_COLOR_SCALE,
  SPZ_FLAGS,
  SPZ_FRAME_RECORD,
  SPZ_HEADER,
  SPZ_MAGIC,
  type SpzStream,
  spzStreams,
  type SpzVersion,
} from "./spz_layout.ts";

/** Bits after the point of positions, fewer where they would not fit into 24 bits. */
const FRACTIONAL_BITS = 12;
const LARGEST_FIXED = 2 ** 23 - 1;
// Gaussians that are turned at once, in a copy.
const PART = 1 << 14;

/** How to write an SPZ file. */
export interface WriteSpzOptions {
  readonly version?: SpzVersion;
  /** Where the axes of the file point; version 4 declares it. */
  readonly frame?: SpzFrame | undefined;
}

/**
 * Returns the bytes of an SPZ file: positions to 1/4096 (coarser beyond ±2048), opacity to 1/255,
 * colour to 1/255 within ±3.3, log scales to 1/16 within -10..6, harmonics to 1/16 or 1/8 within ±1.
 */
export function encodeSpz(
  splats: SplatStream,
  { version = 3, frame = SPZ_DEFAULT_FRAME }: WriteSpzOptions = {},
): Uint8Array {
  const fractionalBits = fractionalBitsFor(splats);
  const widths = [...spzStreams(version, splats.degree).values()];
  const bytes = widths.reduce((sum, width) => sum + width * splats.count, SPZ_HEADER[version]);
  // Header and streams one after the other, in the one piece that versions 2 and 3 pack.
  const raw = new Uint8Array(bytes);
  const header = raw.subarray(0, SPZ_HEADER[version]);
  const parts = encodeStreams(
    splats,
    { version, fractionalBits, turn: spzFromPly(frame) },
    raw.subarray(header.length),
  );
  const view = new DataView(raw.buffer);
  view.setUint32(0, SPZ_MAGIC, true);
  view.setUint32(4, version, true);
  view.setUint32(8, splats.count, true);
  header[12] = splats.degree;
  header[13] = fractionalBits;
  header[14] = splats.antialiased ? SPZ_FLAGS.antialiased : 0;
  // Readers of 2 and 3 that do not know records fail on them, so these declare no frame. No time
  // stamp: the same Gaussians give the same bytes.
  if (version !== 4) return gzip(raw);
  header[14]! |= SPZ_FLAGS.extensions;
  header[15] = parts.length;
  const record = Uint32Array.of(SPZ_FRAME_RECORD, 4, spzFrameNumber(frame));
  view.setUint32(16, header.length + record.byteLength, true);
  const packed = parts.map(zstd);
  const table = new BigUint64Array(
    parts.flatMap((part, i) => [BigInt(packed[i]!.length), BigInt(part.length)]),
  );
  return concatBytes([
    header,
    new Uint8Array(record.buffer),
    new Uint8Array(table.buffer),
    ...packed,
  ]);
}

/** The bytes of an SPZ file for options that are shared with other kinds of files. */
export function spzChunks(
  stream: SplatStream,
  { spzVersion, spzFrame }: WriteSplatsOptions,
): Uint8Array[] {
  return [encodeSpz(stream, { ...(spzVersion && { version: spzVersion }), frame: spzFrame })];
}

function fractionalBitsFor(stream: SplatStream): number {
  let largest = 0;
  for (const { positions } of stream.blocks()) {
    for (const value of positions) largest = Math.max(largest, Math.abs(value));
  }
  for (let bits = FRACTIONAL_BITS; bits >= 0; bits--) {
    if (Math.floor(largest * 2 ** bits + 0.5) <= LARGEST_FIXED) return bits;
  }
  throw new RangeError(
    `Cannot write SPZ: a position is ${largest} away from the origin, at most ${LARGEST_FIXED} fit`,
  );
}

interface Encoding {
  readonly version: SpzVersion;
  readonly fractionalBits: number;
  readonly turn: Matrix3;
}

/** Writes the streams one after the other into `into`; returns the part of each. */
function encodeStreams(splats: SplatStream, encoding: Encoding, into: Uint8Array): Uint8Array[] {
  let at = 0;
  const streams = [...spzStreams(encoding.version, splats.degree)].map(([name, width]) => ({
    encode: ENCODERS[name],
    width,
    bytes: into.subarray(at, at += width * splats.count),
  }));
  // One copy for all parts in turn: what each would leave behind adds up to the scene.
  const scratch = allocateSplats(Math.min(PART, splats.count), splats.degree);
  let first = 0;
  for (const block of splats.blocks()) {
    for (const part of partsOf(block, PART)) {
      const turned = turnSplats(copySplats(part, scratch), encoding.turn);
      const end = first + part.count;
      for (const { encode, width, bytes } of streams) {
        encode(turned, bytes.subarray(first * width, end * width), encoding);
      }
      first = end;
    }
  }
  return streams.map(({ bytes }) => bytes);
}

type Encoder = (splats: Splats, bytes: Uint8Array, encoding: Encoding) => void;

const ENCODERS: Readonly<Record<SpzStream, Encoder>> = {
  positions({ positions }, bytes, { fractionalBits }) {
    const scale = 2 ** fractionalBits;
    for (let at = 0; at < positions.length; at++) {
      const fixed = Math.round(positions[at]! * scale);
      bytes[3 * at] = fixed;
      bytes[3 * at + 1] = fixed >> 8;
      bytes[3 * at + 2] = fixed >> 16;
    }
  },
  alphas({ opacities }, bytes) {
    for (let i = 0; i < bytes.length; i++) bytes[i] = quantise(sigmoid(opacities[i]!) * 255, 255);
  },
  colors({ shDc }, bytes) {
    for (let at = 0; at < bytes.length; at++) {
      bytes[at] = quantise((shDc[at]! * SPZ_COLOR_SCALE + 0.5) * 255, 255);
    }
  },
  scales({ logScales }, bytes) {
    for (let at = 0; at < bytes.length; at++) bytes[at] = quantise((logScales[at]! + 10) * 16, 255);
  },
  rotations({ count, quaternions }, bytes, { version }) {
    const wxyz = new Float64Array(4);
    const xyzw = new Float64Array(4);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < count; i++) {
      normalised(quaternions, i, wxyz);
      for (let k = 0; k < 4; k++) xyzw[(k + 3) % 4] = wxyz[k]!;
      if (version === 2) packVector(xyzw, bytes.subarray(3 * i));
      else view.setUint32(4 * i, packRotation(xyzw), true);
    }
  },
  sh({ count, degree, shRest }, bytes) {
    const coefficients = restCoefficients(degree);
    for (let i = 0, at = 0; i < count; i++) {
      for (let n = 0; n < coefficients; n++) {
        const step = harmonicStep(n);
        for (let channel = 0; channel < 3; channel++, at++) {
          // 128 is zero; the coarser steps are what makes the stream compress.
          const byte = Math.floor((Math.round(shRest[at]! * 128) + 128 + step / 2) / step) * step;
          bytes[at] = Math.max(0, Math.min(255, byte));
        }
      }
    }
  },
};

/** Version 2: x, y and z of the quaternion whose w is not negative. */
function packVector(xyzw: Float64Array, bytes: Uint8Array): void {
  const sign = xyzw[3]! < 0 ? -1 : 1;
  for (let k = 0; k < 3; k++) bytes[k] = quantise((sign * xyzw[k]! + 1) * 127.5, 255);
}

function packRotation(xyzw: Float64Array): number {
  const largest = largestFirst(xyzw);
  let word = largest;
  for (let k = 0; k < 4; k++) {
    if (k === largest) continue;
    const magnitude = quantise(Math.abs(xyzw[k]!) / Math.SQRT1_2 * 511, 511);
    word = word << 10 | (xyzw[k]! < 0 ? 512 : 0) | magnitude;
  }
  return word >>> 0;
}
