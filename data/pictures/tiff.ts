import { decode } from "tiff";
import { type ByteSource, openSource } from "../formats/byte_source.ts";
import { locate, unreadable } from "../formats/unreadable.ts";
import type { Picture } from "./picture.ts";
import { refusedPicture } from "./refused_picture.ts";

/** What the first directory of a TIFF file says of its picture, missing entries as the format has them. */
export interface TiffHeader {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Why its pixels are not read; null where they are. */
  readonly refusal: string | null;
  /** How it is to be turned to be shown, 1 for not at all; pixels are read as they are stored. */
  readonly orientation: number;
  /** Where the file says it; null where it does not. */
  readonly orientationAt: number | null;
  /** Whether it is a camera's raw file, whose first picture is a preview. */
  readonly raw: boolean;
}

const SUBFILE = 254, WIDTH = 256, HEIGHT = 257, BITS = 258, COMPRESSION = 259, COLOURS = 262;
const ORIENTATION = 274, SAMPLES = 277, PLANAR = 284, SAMPLE_FORMAT = 339, DNG_VERSION = 0xc612;
// Stored, LZW, and both names of deflate.
const CODINGS = [1, 5, 8, 32946];
// Grey from white or black, RGB, palette.
const COLOUR_KINDS = [0, 1, 2, 3];
// Entries that hold one number: of 8, 16 and 32 bits.
const BYTE = 1, SHORT = 3, LONG = 4;
// No picture has so many entries.
const MOST_ENTRIES = 4096;

/** Whether bytes start as a TIFF file must. */
export function looksLikeTiff(start: Uint8Array): boolean {
  const text = String.fromCharCode(...start.subarray(0, 4));
  return text === "II*\0" || text === "MM\0*";
}

/** Reads the first directory of a TIFF file, wherever it lies. */
export function readTiffHeader(source: ByteSource): TiffHeader {
  const start = source.read(0, 8);
  const little = start[0] === 0x49;
  const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const directory = view(start).getUint32(4, little);
  const count = view(source.read(directory, 2)).getUint16(0, little);
  if (count > MOST_ENTRIES) {
    throw unreadable(source.file, directory, `its directory claims ${count} entries`);
  }
  const entries = view(source.read(directory + 2, 12 * count));
  const found = new Map<number, number>();
  let orientationAt: number | null = null;
  for (let at = 0; at < 12 * count; at += 12) {
    const type = entries.getUint16(at + 2, little);
    const items = entries.getUint32(at + 4, little);
    // Of several items the first is wanted: they lie elsewhere unless they fit into four bytes.
    const inside = items * (type === LONG ? 4 : type === SHORT ? 2 : 1) <= 4;
    const place = inside ? null : entries.getUint32(at + 8, little);
    const tag = entries.getUint16(at, little);
    if (tag === ORIENTATION && type === SHORT) orientationAt = directory + 2 + at + 8;
    if (type === BYTE) found.set(tag, entries.getUint8(at + 8));
    if (type !== SHORT && type !== LONG) continue;
    const bytes = place === null ? null : view(source.read(place, 4));
    const from = bytes ?? entries;
    const offset = bytes ? 0 : at + 8;
    found.set(
      tag,
      type === SHORT ? from.getUint16(offset, little) : from.getUint32(offset, little),
    );
  }
  const [width, height] = [found.get(WIDTH), found.get(HEIGHT)];
  if (!width || !height) throw unreadable(source.file, directory, "its picture has no size");
  return {
    width,
    height,
    channels: found.get(SAMPLES) ?? 1,
    refusal: refusalOf((tag, missing) => found.get(tag) ?? missing),
    orientation: found.get(ORIENTATION) ?? 1,
    orientationAt,
    raw: found.has(DNG_VERSION) || ((found.get(SUBFILE) ?? 0) & 1) === 1 ||
      String.fromCharCode(...source.read(8, Math.min(2, source.size - 8))) === "CR",
  };
}

function refusalOf(entry: (tag: number, missing: number) => number): string | null {
  const channels = entry(SAMPLES, 1);
  const bits = entry(BITS, 1);
  if (channels > 4 || ![8, 16].includes(bits) || entry(SAMPLE_FORMAT, 1) !== 1) {
    return `it is a TIFF of ${channels} channels of ${bits} bits${
      entry(SAMPLE_FORMAT, 1) === 1 ? "" : " that are no whole numbers"
    }, 1 to 4 of 8 or 16 bits are read`;
  }
  const coding = entry(COMPRESSION, 1);
  if (!CODINGS.includes(coding)) {
    return `it is a TIFF compressed by method ${coding}, none, LZW and deflate are read`;
  }
  const colours = entry(COLOURS, 1);
  if (!COLOUR_KINDS.includes(colours)) {
    return `it is a TIFF whose colours are of kind ${colours}, grey, RGB and palettes are read`;
  }
  if (entry(PLANAR, 1) === 2 && channels > 1) return "it is a TIFF whose channels are stored apart";
  return null;
}

/**
 * Decodes the first picture of a TIFF file: grey, RGB or a palette, 8 or 16 bits, with alpha or without,
 * stored, LZW or deflated.
 */
export function decodeTiff(
  bytes: Uint8Array,
  { file = "memory", maxPixels = 2 ** 28 }: { file?: string; maxPixels?: number } = {},
): Picture {
  const header = readTiffHeader(openSource(bytes, file));
  const { width, height, channels } = header;
  if (width * height > maxPixels) {
    throw unreadable(
      file,
      0,
      `it has ${width} x ${height} pixels, at most ${maxPixels} are decoded`,
    );
  }
  if (header.refusal) throw refusedPicture(file, header.refusal);
  try {
    const [{ data, palette, alpha }] = decode(asStored(bytes, header), { pages: [0] }) as [
      ReturnType<typeof decode>[0],
    ];
    if (!(data instanceof Uint8Array || data instanceof Uint16Array)) {
      throw new RangeError("its values are no whole numbers");
    }
    if (palette) return ofPalette({ width, height, data, palette });
    // More channels than colours and alpha are other layers, of no meaning here.
    const kept = alpha ? channels : channels >= 3 ? 3 : 1;
    return { width, height, channels: kept, data: pick(data, channels, kept) };
  } catch (cause) {
    throw locate(cause, file, 0);
  }
}

/** The file without a word of turning, which the decoder would refuse. */
function asStored(bytes: Uint8Array, { orientation, orientationAt }: TiffHeader): Uint8Array {
  if (orientation === 1 || orientationAt === null) return bytes;
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint16(orientationAt, 1, copy[0] === 0x49);
  return copy;
}

type Samples = Uint8Array | Uint16Array;

function pick(data: Samples, channels: number, kept: number): Samples {
  return kept === channels ? data : data.filter((_, i) => i % channels < kept);
}

function ofPalette(
  { width, height, data, palette }: {
    width: number;
    height: number;
    data: Samples;
    palette: [number, number, number][];
  },
): Picture {
  const rgb = new Uint8Array(3 * width * height);
  data.forEach((index, i) => {
    palette[index]?.forEach((value, c) => rgb[3 * i + c] = value >> 8);
  });
  return { width, height, channels: 3, data: rgb };
}
