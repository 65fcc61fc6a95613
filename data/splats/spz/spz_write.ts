import { gzipSync } from "fflate";
import { constants, zstdCompressSync } from "node:zlib";
import { concatBytes } from "../../formats/zip_write.ts";
import { quantise, sigmoid } from "../activation.ts";
import { largestFirst, normalised } from "../quaternion.ts";
import {
  harmonicStep,
  SPZ_COLOR_SCALE,
  SPZ_HEADER,
  SPZ_MAGIC,
  SPZ_SIGNS,
  type SpzStream,
  spzStreams,
  type SpzVersion,
} from "./spz_layout.ts";
import { restCoefficients, type Splats } from "../splats.ts";

/** Bits after the point of positions, fewer where they would not fit into 24 bits. */
const FRACTIONAL_BITS = 12;
const LARGEST_FIXED = 2 ** 23 - 1;

/**
 * Returns the bytes of an SPZ file: positions to 1/4096 (coarser beyond ±2048), opacity to 1/255,
 * colour to 1/255 within ±3.3, log scales to 1/16 within -10..6, harmonics to 1/16 or 1/8 within ±1.
 */
export function encodeSpz(splats: Splats, version: SpzVersion = 3): Uint8Array {
  const fractionalBits = fractionalBitsFor(splats.positions);
  const parts = [...spzStreams(version, splats.degree)].map(([name, width]) => {
    const bytes = new Uint8Array(width * splats.count);
    ENCODERS[name](splats, bytes, { version, fractionalBits });
    return bytes;
  });
  const header = new Uint8Array(SPZ_HEADER[version]);
  const view = new DataView(header.buffer);
  view.setUint32(0, SPZ_MAGIC, true);
  view.setUint32(4, version, true);
  view.setUint32(8, splats.count, true);
  header[12] = splats.degree;
  header[13] = fractionalBits;
  // No time stamp: the same Gaussians give the same bytes.
  if (version !== 4) return gzipSync(concatBytes([header, ...parts]), { level: 9, mtime: 0 });
  header[15] = parts.length;
  view.setUint32(16, header.length, true);
  const params = { [constants.ZSTD_c_compressionLevel]: 9 };
  const packed = parts.map((part) => new Uint8Array(zstdCompressSync(part, { params })));
  const table = new BigUint64Array(
    parts.flatMap((part, i) => [BigInt(packed[i]!.length), BigInt(part.length)]),
  );
  return concatBytes([header, new Uint8Array(table.buffer), ...packed]);
}

function fractionalBitsFor(positions: Float32Array): number {
  let largest = 0;
  for (const value of positions) largest = Math.max(largest, Math.abs(value));
  for (let bits = FRACTIONAL_BITS; bits >= 0; bits--) {
    if (Math.floor(largest * 2 ** bits + 0.5) <= LARGEST_FIXED) return bits;
  }
  throw new RangeError(
    `Cannot write SPZ: a position is ${largest} away from the origin, at most ${LARGEST_FIXED} fit`,
  );
}

type Encoder = (
  splats: Splats,
  bytes: Uint8Array,
  options: { version: SpzVersion; fractionalBits: number },
) => void;

const ENCODERS: Readonly<Record<SpzStream, Encoder>> = {
  positions({ positions }, bytes, { fractionalBits }) {
    positions.forEach((value, at) => {
      const fixed = Math.round(SPZ_SIGNS.position[at % 3]! * value * 2 ** fractionalBits);
      for (let k = 0; k < 3; k++) bytes[3 * at + k] = fixed >> 8 * k;
    });
  },
  alphas({ opacities }, bytes) {
    opacities.forEach((value, i) => bytes[i] = quantise(sigmoid(value) * 255, 255));
  },
  colors({ shDc }, bytes) {
    shDc.forEach((value, at) => bytes[at] = quantise((value * SPZ_COLOR_SCALE + 0.5) * 255, 255));
  },
  scales({ logScales }, bytes) {
    logScales.forEach((value, at) => bytes[at] = quantise((value + 10) * 16, 255));
  },
  rotations({ count, quaternions }, bytes, { version }) {
    const wxyz = new Float64Array(4);
    const xyzw = new Float64Array(4);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < count; i++) {
      normalised(quaternions, i, wxyz);
      for (let k = 0; k < 4; k++) xyzw[(k + 3) % 4] = SPZ_SIGNS.quaternion[k]! * wxyz[k]!;
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
          const value = SPZ_SIGNS.harmonics[n]! * shRest[at]!;
          // 128 is zero; the coarser steps are what makes the stream compress.
          const byte = Math.floor((Math.round(value * 128) + 128 + step / 2) / step) * step;
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
