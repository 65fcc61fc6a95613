import { bytesOf } from "../../formats/elements.ts";
import { quantise, SH_C0, sigmoid } from "../activation.ts";
import { CHUNK_PROPERTIES, CHUNK_SIZE, PACKED_PROPERTIES } from "./compressed_ply.ts";
import { mortonOrder } from "../morton.ts";
import { largestFirst, normalised } from "../quaternion.ts";
import { restCoefficients, type Splats } from "../splats.ts";

/** Scales outside e^±20 are clamped to it, as every writer of the format does. */
export const LARGEST_LOG_SCALE = 20;

/**
 * Yields the bytes of a compressed PLY file: Gaussians in Morton order, chunks of 256 with their
 * bounds, 11-10-11 bits for positions and log scales, 2 + 3 x 10 for rotations, 8 for each colour
 * channel, for opacity and for each harmonic (which is clamped to ±4).
 */
export function* compressedPlyChunks(splats: Splats): Generator<Uint8Array> {
  const order = mortonOrder(splats.positions);
  const coefficients = restCoefficients(splats.degree);
  const chunks = Math.ceil(splats.count / CHUNK_SIZE);
  const harmonics = Array.from(
    { length: 3 * coefficients },
    (_, n) => `property uchar f_rest_${n}`,
  );
  const header = [
    "ply",
    "format binary_little_endian 1.0",
    `element chunk ${chunks}`,
    ...CHUNK_PROPERTIES.map((name) => `property float ${name}`),
    `element vertex ${splats.count}`,
    ...PACKED_PROPERTIES.map((name) => `property uint ${name}`),
    ...(coefficients > 0 ? [`element sh ${splats.count}`, ...harmonics] : []),
    "end_header\n",
  ];
  yield new TextEncoder().encode(header.join("\n"));
  const values = sharedValues(splats);
  const bounds = new Float32Array(chunks * CHUNK_PROPERTIES.length);
  for (let chunk = 0; chunk < chunks; chunk++) {
    const members = order.subarray(chunk * CHUNK_SIZE, (chunk + 1) * CHUNK_SIZE);
    const own = bounds.subarray(chunk * CHUNK_PROPERTIES.length);
    values.forEach((column, group) => writeBounds(column, members, own.subarray(6 * group)));
  }
  yield bytesOf(bounds);
  yield bytesOf(packedWords(splats, order, values, bounds));
  if (coefficients > 0) yield harmonicBytes(splats, order);
}

/** What is stored relative to the bounds of its chunk: positions, log scales, colours, [N, 3] each. */
function sharedValues({ positions, logScales, shDc }: Splats): Float32Array[] {
  const clamp = (value: number) => Math.max(-LARGEST_LOG_SCALE, Math.min(LARGEST_LOG_SCALE, value));
  return [positions, logScales.map(clamp), shDc.map((value) => 0.5 + SH_C0 * value)];
}

function writeBounds(column: Float32Array, members: Uint32Array, bounds: Float32Array): void {
  for (let k = 0; k < 3; k++) {
    let min = Infinity;
    let max = -Infinity;
    for (const i of members) {
      min = Math.min(min, column[3 * i + k]!);
      max = Math.max(max, column[3 * i + k]!);
    }
    bounds[k] = min;
    bounds[3 + k] = max;
  }
}

function packedWords(
  splats: Splats,
  order: Uint32Array,
  [positions, logScales, colors]: Float32Array[],
  bounds: Float32Array,
): Uint32Array {
  const words = new Uint32Array(4 * order.length);
  const q = new Float64Array(4);
  order.forEach((i, row) => {
    const at = Math.floor(row / CHUNK_SIZE) * CHUNK_PROPERTIES.length;
    /** Value `k` of a column, from 0 to `most` between the chunk's bounds, which begin at `from`. */
    const share = (column: Float32Array, from: number, k: number, most: number) => {
      const min = bounds[at + from + k]!;
      const range = bounds[at + from + 3 + k]! - min;
      return range > 0 ? quantise((column[3 * i + k]! - min) / range * most, most) : 0;
    };
    const packed11 = (column: Float32Array, from: number) =>
      share(column, from, 0, 2047) << 21 | share(column, from, 1, 1023) << 11 |
      share(column, from, 2, 2047);
    words[4 * row] = packed11(positions!, 0);
    words[4 * row + 1] = packRotation(normalised(splats.quaternions, i, q));
    words[4 * row + 2] = packed11(logScales!, 6);
    words[4 * row + 3] = share(colors!, 12, 0, 255) << 24 | share(colors!, 12, 1, 255) << 16 |
      share(colors!, 12, 2, 255) << 8 | quantise(sigmoid(splats.opacities[i]!) * 255, 255);
  });
  return words;
}

function packRotation(q: Float64Array): number {
  const largest = largestFirst(q);
  let word = largest;
  for (let k = 0; k < 4; k++) {
    if (k !== largest) word = word << 10 | quantise((q[k]! * Math.SQRT1_2 + 0.5) * 1023, 1023);
  }
  return word;
}

function harmonicBytes({ shRest, degree }: Splats, order: Uint32Array): Uint8Array {
  const coefficients = restCoefficients(degree);
  const width = 3 * coefficients;
  const bytes = new Uint8Array(order.length * width);
  order.forEach((i, row) => {
    for (let n = 0; n < width; n++) {
      const value = shRest[i * width + (n % coefficients) * 3 + Math.floor(n / coefficients)]!;
      // 256 cells over ±4, each decoded to its centre.
      bytes[row * width + n] = Math.max(0, Math.min(255, Math.floor((value / 8 + 0.5) * 256)));
    }
  });
  return bytes;
}
