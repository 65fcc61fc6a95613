import type { ZipMember } from "../../formats/zip/zip_write.ts";
import { quantise, sigmoid } from "../activation.ts";
import { buildCodebook } from "./codebook.ts";
import { mortonOrder } from "../morton.ts";
import { buildPalette, type Palette } from "./palette.ts";
import { largestFirst, normalised } from "../quaternion.ts";
import { CODEBOOK } from "./sog_meta.ts";
import { restCoefficients, type Splats } from "../splats.ts";
import type { RgbaPicture } from "../../pictures/picture.ts";
import { encodeWebp, LARGEST_WEBP_SIDE } from "../../pictures/webp.ts";

/** Entries of the palette of harmonics: all Gaussians' own up to 1024, then up to 65 536. */
export function paletteSize(count: number): number {
  if (count <= 1024) return count;
  return Math.min(64, 2 ** Math.floor(Math.log2(count / 1024))) * 1024;
}

/**
 * Returns the files of a SOG scene of version 2, to be bundled in a zip archive: Gaussians in Morton
 * order; positions in 16 bits of a logarithmic range, log scales and colours by codebooks of 256
 * values, opacity in 8 bits, rotations in 3 x 8, harmonics by a palette.
 */
export async function sogMembers(splats: Splats): Promise<ZipMember[]> {
  const { count, degree } = splats;
  const order = mortonOrder(splats.positions);
  const width = Math.max(4, 4 * Math.ceil(Math.sqrt(count) / 4));
  const height = Math.max(4, 4 * Math.ceil(count / width / 4));
  if (width > LARGEST_WEBP_SIDE) {
    throw new RangeError(
      `Cannot write SOG: ${count} Gaussians need ${width}x${height} pixels, ${LARGEST_WEBP_SIDE} a side fit`,
    );
  }
  const members: ZipMember[] = [];
  const add = async (name: string, image: RgbaPicture) => {
    members.push({ name, bytes: await encodeWebp(image) });
    return name;
  };
  // One picture for all in turn: what is written are its bytes packed.
  const data = new Uint8Array(4 * width * height);
  const picture = (encode: (pixels: Uint8Array) => void): RgbaPicture => {
    data.fill(0);
    for (let at = 3; at < data.length; at += 4) data[at] = 255;
    encode(data);
    return { width, height, channels: 4, data };
  };

  const { mins, maxs } = logBounds(splats.positions);
  const means = { mins, maxs, files: [] as string[] };
  for (const [name, shift] of [["means_l.webp", 0], ["means_u.webp", 8]] as const) {
    const image = picture((to) => encodePositions(splats, order, to, { mins, maxs, shift }));
    means.files.push(await add(name, image));
  }
  const rotations = picture((to) => encodeRotations(splats, order, to));
  const quats = { files: [await add("quats.webp", rotations)] };
  const codebook = async (
    column: Float32Array,
    name: string,
    alpha?: (pixels: Uint8Array) => void,
  ) => {
    const { entries, indices } = buildCodebook(column, CODEBOOK);
    const image = picture((to) => {
      placeBytes(indices, order, to);
      alpha?.(to);
    });
    // boxed: 256 entries for JSON
    return { codebook: [...entries], files: [await add(name, image)] };
  };
  const scales = await codebook(splats.logScales, "scales.webp");
  const sh0 = await codebook(splats.shDc, "sh0.webp", (to) => {
    for (let row = 0; row < count; row++) {
      to[4 * row + 3] = quantise(sigmoid(splats.opacities[order[row]!]!) * 255, 255);
    }
  });
  const shN = degree === 0 || count === 0
    ? {}
    : { shN: await encodeHarmonics(splats, order, picture, add) };
  const asset = { generator: "voxsplat" };
  const meta = { version: 2, asset, count, means, scales, quats, sh0, ...shN };
  return [{ name: "meta.json", bytes: new TextEncoder().encode(JSON.stringify(meta)) }, ...members];
}

type Add = (name: string, image: RgbaPicture) => Promise<string>;
type Picture = (encode: (pixels: Uint8Array) => void) => RgbaPicture;

/** Puts three bytes of each Gaussian into the colours of its pixel. */
function placeBytes(bytes: Uint8Array, order: Uint32Array, pixels: Uint8Array): void {
  for (let row = 0; row < order.length; row++) {
    const from = 3 * order[row]!;
    for (let k = 0; k < 3; k++) pixels[4 * row + k] = bytes[from + k]!;
  }
}

const logOf = (x: number) => Math.sign(x) * Math.log1p(Math.abs(x));

function logBounds(positions: Float32Array): { mins: number[]; maxs: number[] } {
  if (positions.length === 0) return { mins: [0, 0, 0], maxs: [0, 0, 0] };
  const mins = [Infinity, Infinity, Infinity];
  const maxs = [-Infinity, -Infinity, -Infinity];
  for (let at = 0; at < positions.length; at += 3) {
    for (let k = 0; k < 3; k++) {
      mins[k] = Math.min(mins[k]!, positions[at + k]!);
      maxs[k] = Math.max(maxs[k]!, positions[at + k]!);
    }
  }
  return { mins: mins.map(logOf), maxs: maxs.map(logOf) };
}

/** The lower or upper byte of the 16 bits of each coordinate between its bounds. */
function encodePositions(
  { positions }: Splats,
  order: Uint32Array,
  pixels: Uint8Array,
  { mins, maxs, shift }: { mins: number[]; maxs: number[]; shift: 0 | 8 },
): void {
  const scale = mins.map((min, k) => maxs[k]! > min ? 65535 / (maxs[k]! - min) : 0);
  for (let row = 0; row < order.length; row++) {
    const from = 3 * order[row]!;
    for (let k = 0; k < 3; k++) {
      const step = quantise((logOf(positions[from + k]!) - mins[k]!) * scale[k]!, 65535);
      pixels[4 * row + k] = step >> shift & 255;
    }
  }
}

function encodeRotations({ quaternions }: Splats, order: Uint32Array, pixels: Uint8Array): void {
  const q = new Float64Array(4);
  for (let row = 0; row < order.length; row++) {
    const largest = largestFirst(normalised(quaternions, order[row]!, q));
    for (let k = 0, channel = 0; k < 4; k++) {
      if (k === largest) continue;
      pixels[4 * row + channel++] = quantise((q[k]! * Math.SQRT1_2 + 0.5) * 255, 255);
    }
    pixels[4 * row + 3] = 252 + largest;
  }
  for (let at = 4 * order.length + 3; at < pixels.length; at += 4) pixels[at] = 252;
}

async function encodeHarmonics(splats: Splats, order: Uint32Array, picture: Picture, add: Add) {
  const { shRest, degree, count } = splats;
  const coefficients = restCoefficients(degree);
  const palette = buildPalette(shRest, 3 * coefficients, paletteSize(count));
  const book = buildCodebook(palette.entries, CODEBOOK);
  const centroids = palettePicture(palette, coefficients, book.indices);
  const centroidFile = await add("shN_centroids.webp", centroids);
  const labels = picture((to) => {
    for (let row = 0; row < count; row++) {
      const label = palette.labels[order[row]!]!;
      to[4 * row] = label & 255;
      to[4 * row + 1] = label >> 8;
    }
  });
  const files = [centroidFile, await add("shN_labels.webp", labels)];
  // boxed: 256 entries for JSON
  return { count: palette.count, bands: degree, codebook: [...book.entries], files };
}

/** 64 entries a row, one pixel for each of their harmonics. */
function palettePicture(
  { count }: Palette,
  coefficients: number,
  indices: Uint8Array,
): RgbaPicture {
  const width = 64 * coefficients;
  const height = Math.ceil(count / 64);
  const data = new Uint8Array(4 * width * height);
  for (let at = 3; at < data.length; at += 4) data[at] = 255;
  // Entry by entry is row by row: 64 entries fill a row exactly.
  for (let at = 0; at < indices.length; at++) data[at + Math.floor(at / 3)] = indices[at]!;
  return { width, height, channels: 4, data };
}
