import { encode } from "fast-png";
import { readPngChunks } from "./chunks.ts";
import { assemble, channelsOf, passesOf } from "./pixels.ts";
import { inflatePicture } from "./rows.ts";
import type { Picture } from "../picture.ts";
import { readingAt, unreadable } from "../../formats/unreadable.ts";

export { looksLikePng, PNG_START, type PngHeader, readPngHeader } from "./chunks.ts";

/** What `decodePng` can be told. */
export interface PngOptions {
  /** Name for error messages. */
  readonly file?: string;
  /** Most bytes that the pixels may take, 1 GiB if not given. */
  readonly maxBytes?: number;
}

/** Encodes a picture of 8 or 16 bits a sample; one without `channels` is RGB. */
export function encodePng(
  { width, height, data, channels = 3 }: {
    readonly width: number;
    readonly height: number;
    readonly data: Uint8Array | Uint16Array;
    readonly channels?: number;
  },
): Uint8Array {
  if (
    ![1, 2, 3, 4].includes(channels) || data.length !== width * height * channels || !data.length
  ) {
    throw new RangeError(
      `Cannot encode PNG: ${width} x ${height} pixels of ${channels} samples have ${data.length}, ` +
        "they must be complete, with 1 to 4 samples each",
    );
  }
  return encode({ width, height, data, channels, depth: data instanceof Uint16Array ? 16 : 8 });
}

/**
 * Decodes any PNG file: all bit depths, palettes (to RGB), interlacing, transparent colours (to an alpha
 * channel). Samples of less than 8 bits are spread to 0..255, of 16 bits kept; gamma and profiles are not
 * applied.
 */
export function decodePng(
  bytes: Uint8Array,
  { file = "memory", maxBytes = Math.min(2 ** 30, Math.max(2 ** 26, 100 * bytes.length)) }:
    PngOptions = {},
): Picture {
  const chunks = readPngChunks(bytes, file);
  const { header } = chunks;
  const { width, height, bits } = header;
  const channels = channelsOf(chunks);
  // Checked before anything of that size is made.
  const size = width * height * channels * (bits === 16 ? 2 : 1);
  if (size > maxBytes) {
    throw unreadable(
      file,
      16,
      `the picture has ${width} x ${height} pixels, ${size} bytes, the limit is ${maxBytes}`,
    );
  }
  return readingAt(file, chunks.dataOffset, () => {
    const passes = passesOf(header);
    const packed = passes.reduce((sum, pass) => sum + pass.height * (pass.rowBytes + 1), 0);
    const data = assemble(chunks, inflatePicture(chunks.data, packed));
    return { width, height, channels, data };
  });
}
