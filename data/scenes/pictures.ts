import { decodeJpeg } from "../formats/jpeg.ts";
import { readJpegHeader } from "../formats/jpeg_header.ts";
import { openSource } from "../formats/byte_source.ts";
import { decodePng, looksLikePng, type Picture, readPngHeader } from "../formats/png.ts";
import { type Pixels, resizePixels } from "../nuscenes/resample.ts";
import type { RgbaPicture } from "./rgba_picture.ts";

// JPEG headers may carry previews and profiles before the size, rarely more than this.
const HEADER_BYTES = 1 << 20;

/** Width and height of a PNG or JPEG file, without decoding it; EXIF orientation is not applied. */
export function pictureSize(file: string): [number, number] {
  const source = openSource(file);
  const start = source.read(0, Math.min(source.size, HEADER_BYTES));
  const { width, height } = looksLikePng(start)
    ? readPngHeader(start, file)
    : readJpegHeader(start, file);
  return [width, height];
}

/** Reads a PNG or JPEG file of any kind as 8-bit RGBA; EXIF orientation is not applied. */
export async function readPicture(file: string): Promise<RgbaPicture> {
  const bytes = await bytesOf(file);
  return rgba(looksLikePng(bytes) ? decodePng(bytes, { file }) : await decodeJpeg(bytes, { file }));
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(file);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Deno.errors.NotFound(`Cannot read "${file}": there is no such file`, { cause });
  }
}

/**
 * Reduces or enlarges a picture as Pillow does by default: bicubic, the filter widened where it
 * shrinks, colours weighed by their alpha.
 */
export function resizePicture(
  picture: RgbaPicture,
  size: readonly [number, number],
): RgbaPicture {
  if (picture.width === size[0] && picture.height === size[1]) return picture;
  const opaque = isOpaque(picture.data);
  const weighed: Pixels = {
    ...picture,
    channels: 4,
    data: opaque ? picture.data : premultiplied(picture.data),
  };
  const { data } = resizePixels(weighed, size, "bicubic");
  return { width: size[0], height: size[1], data: opaque ? data : unmultiplied(data) };
}

/** Whether no pixel lets anything through. */
function isOpaque(data: Uint8Array): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return false;
  return true;
}

function rgba({ width, height, channels, data }: Picture): RgbaPicture {
  const out = new Uint8Array(4 * width * height);
  const deep = data instanceof Uint16Array;
  const colours = channels < 3 ? 1 : 3;
  const sample = (i: number) => deep ? data[i]! >> 8 : data[i]!;
  for (let from = 0, to = 0; to < out.length; from += channels, to += 4) {
    for (let c = 0; c < 3; c++) out[to + c] = sample(from + (colours === 3 ? c : 0));
    out[to + 3] = channels === colours ? 255 : sample(from + colours);
  }
  return { width, height, data: out };
}

/** Pillow's rounding of c a / 255. */
function premultiplied(data: Uint8Array): Uint8Array {
  const out = Uint8Array.from(data);
  for (let i = 0; i < out.length; i += 4) {
    const alpha = out[i + 3]!;
    for (let c = 0; c < 3; c++) {
      const product = out[i + c]! * alpha + 128;
      out[i + c] = ((product >> 8) + product) >> 8;
    }
  }
  return out;
}

/** Pillow's rounding of 255 c / a. */
function unmultiplied(data: Uint8Array): Uint8Array {
  const out = Uint8Array.from(data);
  for (let i = 0; i < out.length; i += 4) {
    const alpha = out[i + 3]!;
    if (alpha === 0 || alpha === 255) continue;
    for (let c = 0; c < 3; c++) {
      out[i + c] = Math.min(255, Math.trunc(255 * out[i + c]! / alpha));
    }
  }
  return out;
}
