import type { ZipMember } from "../../formats/zip_write.ts";
import { quantise, sigmoid } from "../activation.ts";
import { buildCodebook } from "./codebook.ts";
import { mortonOrder } from "../morton.ts";
import { buildPalette, type Palette } from "./palette.ts";
import { largestFirst, normalised } from "../quaternion.ts";
import { CODEBOOK } from "./sog_meta.ts";
import { restCoefficients, selectSplats, type Splats } from "../splats.ts";
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
  const sorted = selectSplats(splats, mortonOrder(splats.positions));
  const { count, degree } = sorted;
  const width = Math.max(4, 4 * Math.ceil(Math.sqrt(count) / 4));
  const height = Math.max(4, 4 * Math.ceil(count / width / 4));
  if (width > LARGEST_WEBP_SIDE) {
    throw new RangeError(
      `Cannot write SOG: ${count} Gaussians need ${width}x${height} pixels, ${LARGEST_WEBP_SIDE} a side fit`,
    );
  }
  const picture = (): RgbaPicture => ({
    width,
    height,
    channels: 4,
    data: new Uint8Array(4 * width * height),
  });
  const members: ZipMember[] = [];
  const add = async (name: string, image: RgbaPicture) => {
    members.push({ name, bytes: await encodeWebp(image) });
    return name;
  };

  const means = await encodePositions(sorted, picture, add);
  const rotations = picture();
  encodeRotations(sorted, rotations.data);
  const quats = { files: [await add("quats.webp", rotations)] };
  const scaleBook = buildCodebook(sorted.logScales, CODEBOOK);
  const scaleImage = opaque(picture(), scaleBook.indices);
  const scales = {
    // boxed: 256 entries for JSON
    codebook: [...scaleBook.entries],
    files: [await add("scales.webp", scaleImage)],
  };
  const colorBook = buildCodebook(sorted.shDc, CODEBOOK);
  const colors = opaque(picture(), colorBook.indices);
  for (let i = 0; i < count; i++) {
    colors.data[4 * i + 3] = quantise(sigmoid(sorted.opacities[i]!) * 255, 255);
  }
  // boxed: 256 entries for JSON
  const sh0 = { codebook: [...colorBook.entries], files: [await add("sh0.webp", colors)] };
  const shN = degree === 0 || count === 0
    ? {}
    : { shN: await encodeHarmonics(sorted, picture, add) };
  const asset = { generator: "voxsplat" };
  const meta = { version: 2, asset, count, means, scales, quats, sh0, ...shN };
  return [{ name: "meta.json", bytes: new TextEncoder().encode(JSON.stringify(meta)) }, ...members];
}

type Add = (name: string, image: RgbaPicture) => Promise<string>;

/** Writes three bytes for each pixel, alpha 255; pixels beyond the bytes stay black and opaque. */
function opaque(image: RgbaPicture, rgb: Uint8Array): RgbaPicture {
  const { data } = image;
  for (let at = 3; at < data.length; at += 4) data[at] = 255;
  for (let at = 0; at < rgb.length; at++) data[at + Math.floor(at / 3)] = rgb[at]!;
  return image;
}

async function encodePositions({ positions }: Splats, picture: () => RgbaPicture, add: Add) {
  const logs = Float64Array.from({ length: positions.length }, (_, i) => {
    const x = positions[i]!;
    return Math.sign(x) * Math.log1p(Math.abs(x));
  });
  const mins = [Infinity, Infinity, Infinity];
  const maxs = [-Infinity, -Infinity, -Infinity];
  logs.forEach((value, at) => {
    mins[at % 3] = Math.min(mins[at % 3]!, value);
    maxs[at % 3] = Math.max(maxs[at % 3]!, value);
  });
  if (logs.length === 0) { for (let k = 0; k < 3; k++) mins[k] = maxs[k] = 0; }
  const low = new Uint8Array(logs.length);
  const high = new Uint8Array(logs.length);
  logs.forEach((value, at) => {
    const range = maxs[at % 3]! - mins[at % 3]!;
    const step = range > 0 ? quantise((value - mins[at % 3]!) / range * 65535, 65535) : 0;
    low[at] = step & 255;
    high[at] = step >> 8;
  });
  const files = [
    await add("means_l.webp", opaque(picture(), low)),
    await add("means_u.webp", opaque(picture(), high)),
  ];
  return { mins, maxs, files };
}

function encodeRotations({ count, quaternions }: Splats, pixels: Uint8Array): void {
  const q = new Float64Array(4);
  for (let i = 0; i < count; i++) {
    const largest = largestFirst(normalised(quaternions, i, q));
    for (let k = 0, channel = 0; k < 4; k++) {
      if (k === largest) continue;
      pixels[4 * i + channel++] = quantise((q[k]! * Math.SQRT1_2 + 0.5) * 255, 255);
    }
    pixels[4 * i + 3] = 252 + largest;
  }
  for (let at = 4 * count + 3; at < pixels.length; at += 4) pixels[at] = 252;
}

async function encodeHarmonics(splats: Splats, picture: () => RgbaPicture, add: Add) {
  const { shRest, degree, count } = splats;
  const coefficients = restCoefficients(degree);
  const palette = buildPalette(shRest, 3 * coefficients, paletteSize(count));
  const book = buildCodebook(palette.entries, CODEBOOK);
  const labels = new Uint8Array(3 * count);
  palette.labels.forEach((label, i) => {
    labels[3 * i] = label & 255;
    labels[3 * i + 1] = label >> 8;
  });
  const files = [
    await add("shN_centroids.webp", palettePicture(palette, coefficients, book.indices)),
    await add("shN_labels.webp", opaque(picture(), labels)),
  ];
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
  // Entry by entry is row by row: 64 entries fill a row exactly.
  return opaque({ width, height, channels: 4, data: new Uint8Array(4 * width * height) }, indices);
}
