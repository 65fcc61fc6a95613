import { dirname, join } from "@std/path";
import { type ByteSource, openSource } from "../../formats/byte_source.ts";
import { locate, unreadable } from "../../formats/unreadable.ts";
import { openZip } from "../../formats/zip.ts";
import { LOGIT_OF_BYTE } from "../activation.ts";
import { restoreLargest, setIdentity } from "../quaternion.ts";
import { parseSogMeta, type SogMeta } from "./sog_meta.ts";
import { allocateSplats, restCoefficients, type Splats } from "../splats.ts";
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

/** Reads a SOG scene of version 2 bundled in a zip archive. */
export function readSogBundle(source: ByteSource): Promise<Splats> {
  // As much as the pictures may unpack to.
  const archive = openZip(source, {
    maxBytes: 4 * Math.max(SMALL_COUNT, PIXELS_PER_BYTE * source.size),
  });
  const { file, size } = source;
  return readSog({
    file,
    size,
    pathOf: (name) => `${file}/${name}`,
    read: (name) => archive.read(name),
  });
}

/** Reads a SOG scene of version 2 from the folder that its `meta.json` lies in. */
export function readSogFolder(metaPath: string): Promise<Splats> {
  const folder = dirname(metaPath);
  return readSog({
    file: metaPath,
    size: sogFolderSize(metaPath),
    pathOf: (name) => join(folder, name),
    read(name) {
      const source = openSource(join(folder, name));
      return source.read(0, source.size);
    },
  });
}

/** Bytes of all files in the folder of a `meta.json`. */
export function sogFolderSize(metaPath: string): number {
  const folder = dirname(metaPath);
  let size = 0;
  for (const { name, isFile } of Deno.readDirSync(folder)) {
    if (isFile) size += Deno.statSync(join(folder, name)).size;
  }
  return size;
}

async function readSog(files: SogFiles): Promise<Splats> {
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

  const low = await picture(meta.means.files[0]!);
  const high = await picture(meta.means.files[1]!);
  const splats = allocateSplats(meta.count, meta.shN?.bands ?? 0);
  decodePositions(splats, meta, low.data, high.data);
  decodeRotations(splats, (await picture(meta.quats.files[0]!)).data);
  const scales = (await picture(meta.scales.files[0]!)).data;
  const colors = (await picture(meta.sh0.files[0]!)).data;
  for (let i = 0; i < meta.count; i++) {
    for (let k = 0; k < 3; k++) {
      splats.logScales[3 * i + k] = meta.scales.codebook[scales[4 * i + k]!]!;
      splats.shDc[3 * i + k] = meta.sh0.codebook[colors[4 * i + k]!]!;
    }
    splats.opacities[i] = LOGIT_OF_BYTE[colors[4 * i + 3]!]!;
  }
  if (meta.shN) {
    const centroids = await picture(meta.shN.files[0]!, 0);
    const labels = await picture(meta.shN.files[1]!);
    decodeHarmonics(splats, meta.shN, { file, centroids, labels });
  }
  return splats;
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
    quaternions.set(q, 4 * i);
  }
}

function decodeHarmonics(
  splats: Splats,
  { count, bands, codebook }: NonNullable<SogMeta["shN"]>,
  { file, centroids, labels }: { file: string; centroids: RgbaPicture; labels: RgbaPicture },
): void {
  const coefficients = restCoefficients(bands);
  const { width, height, data } = centroids;
  if (width !== 64 * coefficients || height * 64 < count) {
    throw unreadable(
      file,
      0,
      `its palette picture has ${width}x${height} pixels, ${count} entries of ${bands} bands ` +
        `need ${64 * coefficients}x${Math.ceil(count / 64)}`,
    );
  }
  for (let i = 0, to = 0; i < splats.count; i++) {
    const label = labels.data[4 * i]! | labels.data[4 * i + 1]! << 8;
    if (label >= count) {
      throw unreadable(file, 0, `Gaussian ${i} asks for entry ${label} of a palette of ${count}`);
    }
    let from = 4 * (Math.floor(label / 64) * width + label % 64 * coefficients);
    for (let n = 0; n < coefficients; n++, from += 4) {
      for (let k = 0; k < 3; k++) splats.shRest[to++] = codebook[data[from + k]!]!;
    }
  }
}
