import { listFolder, pathState } from "../../files/door.ts";
import { dirname, join } from "@std/path";
import { type ByteSource, openSource } from "../../formats/byte_source.ts";
import { locate, unreadable } from "../../formats/unreadable.ts";
import { openZip } from "../../formats/zip/zip.ts";
import { restoreLargest, setIdentity } from "../quaternion.ts";
import { parseSogMeta, type SogMeta, type SogPalette } from "./sog_meta.ts";
import type { Remark } from "../splat_format.ts";
import type { SplatReader } from "../splat_stream.ts";
import { allocateSplats, restCoefficients, type ShDegree, type Splats } from "../splats.ts";
import type { RgbaPicture } from "../../pictures/picture.ts";
import { decodeWebp } from "../../pictures/webp.ts";

/** Where the files of a scene come from: a zip archive or a folder. */
interface SogFiles {
  /** Name for error messages. */
  readonly file: string;
  /** Bytes of all files together. */
  readonly size: number;
  /** Name of one of the files for error messages. */
  pathOf(name: string): string;
  read(name: string): Uint8Array;
}

// Real scenes take 5 to 20 bytes for each Gaussian; small made-up ones may take next to nothing.
const SMALL_COUNT = 65536;
const PIXELS_PER_BYTE = 32;

/** Opens a SOG scene of version 1 or 2 bundled in a zip archive. */
export function openSogBundle(
  source: ByteSource,
  remark: Remark = () => {},
): Promise<SplatReader> {
  // As much as the pictures may unpack to.
  const archive = openZip(source, {
    maxBytes: 4 * Math.max(SMALL_COUNT, PIXELS_PER_BYTE * source.size),
  });
  const { file, size } = source;
  return openSog({
    file,
    size,
    pathOf: (name) => `${file}/${name}`,
    read: (name) => archive.read(name),
  }, remark);
}

/** Opens a SOG scene of version 1 or 2 in the folder that its `meta.json` lies in. */
export function openSogFolder(metaPath: string, remark: Remark = () => {}): Promise<SplatReader> {
  const folder = dirname(metaPath);
  return openSog({
    file: metaPath,
    size: sogFolderSize(metaPath),
    pathOf: (name) => join(folder, name),
    read(name) {
      const source = openSource(join(folder, name));
      return source.read(0, source.size);
    },
  }, remark);
}

/** Bytes of all files in the folder of a `meta.json`. */
export function sogFolderSize(metaPath: string): number {
  const folder = dirname(metaPath);
  let size = 0;
  for (const { name, isFile } of listFolder(folder)) {
    if (isFile) size += pathState(join(folder, name))!.size;
  }
  return size;
}

/** Opens a scene: its pictures are decoded, and looked up as Gaussians are asked for. */
async function openSog(files: SogFiles, remark: Remark): Promise<SplatReader> {
  const { file, size } = files;
  let meta: SogMeta;
  try {
    meta = parseSogMeta(new TextDecoder().decode(files.read("meta.json")));
  } catch (error) {
    throw locate(error, file, 0);
  }
  if (meta.count > Math.max(SMALL_COUNT, size)) {
    throw unreadable(
      file,
      0,
      `it declares ${meta.count} Gaussians, its files have ${size} bytes in all`,
    );
  }
  const maxPixels = Math.max(SMALL_COUNT, PIXELS_PER_BYTE * size);
  const picture = async (name: string, pixels = meta.count): Promise<RgbaPicture> => {
    const where = files.pathOf(name);
    const image = await decodeWebp(files.read(name), {
      file: where,
      maxPixels,
      lossless: true,
    });
    if (image.width * image.height >= pixels) return image;
    throw unreadable(where, 0, `${image.width}x${image.height} pixels are too few for ${pixels}`);
  };

  const palette = meta.shN &&
    paletteOf(meta.shN, await picture(meta.shN.files[0]!, 0), { file, remark });
  const [low, high] = [await picture(meta.means.files[0]!), await picture(meta.means.files[1]!)];
  const rotations = await picture(meta.quats.files[0]!);
  const scales = await picture(meta.scales.files[0]!);
  const colors = await picture(meta.sh0.files[0]!);
  const labels = palette && await picture(meta.shN!.files[1]!);
  const degree = palette?.degree ?? 0;
  const read = (first: number, end: number): Splats => {
    const splats = allocateSplats(end - first, degree);
    const pixels = ({ data }: RgbaPicture) => data.subarray(4 * first, 4 * end);
    decodePositions(splats, meta, pixels(low), pixels(high));
    decodeRotations(splats, pixels(rotations));
    decodeChannels(splats.logScales, meta.scales.tables, pixels(scales));
    const rgba = pixels(colors);
    decodeChannels(splats.shDc, meta.sh0.tables, rgba);
    for (let i = 0; i < splats.count; i++) splats.opacities[i] = meta.opacity[rgba[4 * i + 3]!]!;
    if (palette && labels) {
      decodeHarmonics(splats, palette, { file, labels: pixels(labels), first });
    }
    return splats;
  };
  return { count: meta.count, degree, read };
}

/** Looks up the first three channels of each pixel. */
function decodeChannels(
  column: Float32Array,
  [red, green, blue]: readonly Float32Array[],
  data: Uint8Array | Uint8ClampedArray,
): void {
  for (let at = 0, from = 0; at < column.length; at += 3, from += 4) {
    column[at] = red![data[from]!]!;
    column[at + 1] = green![data[from + 1]!]!;
    column[at + 2] = blue![data[from + 2]!]!;
  }
}

function decodePositions(
  { count, positions }: Splats,
  { means: { mins, maxs } }: SogMeta,
  low: Uint8Array,
  high: Uint8Array,
): void {
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 3; k++) {
      const step = high[4 * i + k]! << 8 | low[4 * i + k]!;
      const value = mins[k]! + (maxs[k]! - mins[k]!) * step / 65535;
      positions[3 * i + k] = Math.sign(value) * Math.expm1(Math.abs(value));
    }
  }
}

/** Three components to 1/255 of ±sqrt(1/2); alpha 252 to 255 names the largest of w, x, y, z. */
function decodeRotations({ count, quaternions }: Splats, pixels: Uint8Array): void {
  const q = new Float64Array(4);
  for (let i = 0; i < count; i++) {
    const largest = pixels[4 * i + 3]! - 252;
    if (largest < 0) setIdentity(q);
    else {
      for (let k = 0, channel = 0; k < 4; k++) {
        if (k !== largest) q[k] = (pixels[4 * i + channel++]! / 255 * 2 - 1) * Math.SQRT1_2;
      }
      restoreLargest(q, largest);
    }
    for (let k = 0; k < 4; k++) quaternions[4 * i + k] = q[k]!;
  }
}

interface Palette {
  readonly count: number;
  readonly degree: ShDegree;
  /** Values of each entry that are kept, one entry after the other. */
  readonly values: Float32Array;
}

// Harmonics a channel of degree 4, which later writers may have.
const DEGREES = [0, 3, 8, 15, 24];

/** Entries of the palette: 64 a row of the picture, a pixel for each harmonic. */
function paletteOf(
  { count: declared, bands, codebook }: SogPalette,
  { width, height, data }: RgbaPicture,
  { file, remark }: { file: string; remark: Remark },
): Palette {
  const stored = bands === null ? DEGREES.indexOf(width / 64) : bands;
  const count = declared ?? 64 * height;
  const coefficients = DEGREES[stored] ?? 0;
  if (stored < 1 || width !== 64 * coefficients || height * 64 < count) {
    throw unreadable(
      file,
      0,
      `its palette picture has ${width}x${height} pixels, ${count} entries of ${
        bands ?? "1 to 4"
      } ` +
        `bands need ${bands === null ? "192, 512, 960 or 1536" : 64 * coefficients}x${
          Math.ceil(count / 64)
        }`,
    );
  }
  if (stored > 3) remark("harmonics of degree 4 are cut to degree 3");
  const degree = Math.min(3, stored) as ShDegree;
  const kept = restCoefficients(degree);
  const values = new Float32Array(3 * kept * count);
  for (let entry = 0, to = 0; entry < count; entry++) {
    let from = 4 * (Math.floor(entry / 64) * width + entry % 64 * coefficients);
    for (let n = 0; n < kept; n++, from += 4) {
      for (let k = 0; k < 3; k++) values[to++] = codebook[data[from + k]!]!;
    }
  }
  return { count, degree, values };
}

function decodeHarmonics(
  { count, shRest }: Splats,
  palette: Palette,
  { file, labels: data, first }: {
    file: string;
    labels: Uint8Array | Uint8ClampedArray;
    first: number;
  },
): void {
  const width = 3 * restCoefficients(palette.degree);
  for (let i = 0, to = 0; i < count; i++) {
    const label = data[4 * i]! | data[4 * i + 1]! << 8;
    if (label >= palette.count) {
      throw unreadable(
        file,
        0,
        `Gaussian ${first + i} asks for entry ${label} of a palette of ${palette.count}`,
      );
    }
    for (let from = label * width, n = 0; n < width; n++) shRest[to++] = palette.values[from++]!;
  }
}
