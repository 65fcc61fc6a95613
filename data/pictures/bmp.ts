import { readingAt, unreadable } from "../formats/unreadable.ts";
import type { BytePicture } from "./picture.ts";

/** What the headers of a BMP file declare. */
interface BmpHeader {
  readonly width: number;
  readonly height: number;
  /** Whether the first row of the file is the picture's upper one. */
  readonly fromTop: boolean;
  readonly bits: number;
  /** Masks of red, green, blue and alpha of 16 and 32 bits; 0 for none. */
  readonly masks: readonly [number, number, number, number];
  /** Where the palette begins, and bytes of its entries. */
  readonly palette: { readonly offset: number; readonly stride: number; readonly count: number };
  readonly pixels: number;
}

// Headers of OS/2 1 have 12 bytes, those of Windows 40, 52, 56, 108 or 124.
const OS2 = 12;
const NONE = 0, BITFIELDS = 3, ALPHA_BITFIELDS = 6;

/** Whether bytes start as a BMP file must. */
export function looksLikeBmp(start: Uint8Array): boolean {
  return start[0] === 0x42 && start[1] === 0x4d && start.length >= 18 &&
    [OS2, 40, 52, 56, 64, 108, 124].includes(start[14]!) && start[15] === 0;
}

/** Width and height of a BMP file, from its first 70 bytes. */
export function readBmpSize(start: Uint8Array, file: string): { width: number; height: number } {
  const { width, height } = readingAt(file, 14, () => headerOf(start));
  return { width, height };
}

/** Decodes a BMP file of 1, 4, 8, 16, 24 or 32 bits a pixel, not compressed, to RGB or RGBA. */
export function decodeBmp(
  bytes: Uint8Array,
  { file = "memory", maxPixels = 2 ** 28 }: { file?: string; maxPixels?: number } = {},
): BytePicture {
  const header = readingAt(file, 14, () => headerOf(bytes));
  const { width, height, bits, pixels } = header;
  const rowBytes = 4 * Math.ceil(width * bits / 32);
  const missing = pixels + rowBytes * height - bytes.length;
  if (width * height > maxPixels || missing > 0) {
    throw unreadable(
      file,
      pixels,
      `the picture has ${width} x ${height} pixels of ${bits} bits, ` +
        (missing > 0 ? `${missing} bytes of them are missing` : `at most ${maxPixels} are decoded`),
    );
  }
  return readingAt(file, pixels, () => decodeRows(bytes, header, rowBytes));
}

function decodeRows(bytes: Uint8Array, header: BmpHeader, rowBytes: number): BytePicture {
  const { width, height, fromTop, pixels, masks, bits } = header;
  const channels = masks[3] && bits > 8 ? 4 : 3;
  const data = new Uint8Array(channels * width * height);
  const put = pixelReader(bytes, header, channels);
  for (let row = 0; row < height; row++) {
    const from = pixels + (fromTop ? row : height - 1 - row) * rowBytes;
    for (let x = 0; x < width; x++) put(from, x, data, channels * (row * width + x));
  }
  return { width, height, channels, data };
}

type Put = (row: number, x: number, data: Uint8Array, to: number) => void;

function pixelReader(bytes: Uint8Array, header: BmpHeader, channels: number): Put {
  const { bits, palette: { offset, stride, count }, masks } = header;
  if (bits <= 8) {
    return (row, x, data, to) => {
      const bit = x * bits;
      const index = bytes[row + (bit >> 3)]! >> (8 - bits - (bit & 7)) & (2 ** bits - 1);
      // An index beyond the palette is black, as in PNG files.
      if (index >= count) return;
      for (let c = 0; c < 3; c++) data[to + c] = bytes[offset + stride * index + 2 - c]!;
    };
  }
  if (bits === 24) {
    return (row, x, data, to) => {
      for (let c = 0; c < 3; c++) data[to + c] = bytes[row + 3 * x + 2 - c]!;
    };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields = masks.slice(0, channels).map((mask) => {
    const shift = Math.log2((mask & -mask) >>> 0);
    return { mask, shift, top: mask >>> shift };
  });
  return (row, x, data, to) => {
    const value = bits === 16
      ? view.getUint16(row + 2 * x, true)
      : view.getUint32(row + 4 * x, true);
    fields.forEach(({ mask, shift, top }, c) => {
      data[to + c] = Math.round(((value & mask) >>> shift) * 255 / top);
    });
  };
}

function headerOf(bytes: Uint8Array): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint32(14, true);
  const old = size === OS2;
  if (bytes.length < (old ? 26 : 54)) throw new RangeError("its header is cut off");
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
  const stored = old ? view.getInt16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(old ? 24 : 28, true);
  const coding = old ? NONE : view.getUint32(30, true);
  const height = Math.abs(stored);
  if (width <= 0 || height === 0) {
    throw new RangeError(`a picture cannot have ${width} x ${height} pixels`);
  }
  if (![1, 4, 8, 16, 24, 32].includes(bits)) {
    throw new RangeError(`it has ${bits} bits a pixel, they must be 1, 4, 8, 16, 24 or 32`);
  }
  const masked = coding === BITFIELDS || coding === ALPHA_BITFIELDS;
  if (coding !== NONE && !(masked && bits >= 16)) {
    throw new RangeError(`its pixels are compressed (method ${coding}), they must not be`);
  }
  const pixels = view.getUint32(10, true);
  const after = 14 + size + (masked && size === 40 ? coding === BITFIELDS ? 12 : 16 : 0);
  const stride = old ? 3 : 4;
  const room = Math.max(0, Math.floor((pixels - after) / stride));
  const used = old ? 0 : view.getUint32(46, true);
  return {
    width,
    height,
    fromTop: stored < 0,
    bits,
    masks: masked ? masksOf(view, size, coding) : usualMasks(bits),
    palette: { offset: after, stride, count: Math.min(used || 2 ** Math.min(bits, 8), room) },
    pixels,
  };
}

function usualMasks(bits: number): BmpHeader["masks"] {
  // The fourth byte of 32 bits is of no meaning unless the file says so.
  return bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0];
}

function masksOf(view: DataView, size: number, coding: number): BmpHeader["masks"] {
  // They lie in the header or right behind it.
  if (view.byteLength < 70) throw new RangeError("its header is cut off");
  const mask = (k: number) => view.getUint32(54 + 4 * k, true);
  const alpha = size >= 56 || coding === ALPHA_BITFIELDS ? mask(3) : 0;
  const masks = [mask(0), mask(1), mask(2), alpha] as const;
  const whole = masks.every((bits, k) => {
    const ones = bits && bits / ((bits & -bits) >>> 0) + 1;
    return (bits || k === 3) && (bits === 0 || Number.isInteger(Math.log2(ones)));
  });
  if (!whole) throw new RangeError("the masks of its colours have gaps");
  return masks;
}
