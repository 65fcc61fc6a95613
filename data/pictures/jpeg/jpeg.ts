import turboDecoder from "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs";
import { decode as decodeInJavaScript, encode as encodeInJavaScript } from "jpeg-js";
import { applyOrientation as turn } from "./image_orientation.ts";
import type { RgbPicture } from "../picture.ts";
import { type JpegHeader, readJpegHeader } from "./jpeg_header.ts";
import { STANDARD_HUFFMAN_TABLES } from "./jpeg_standard_tables.ts";
import { unreadable } from "../../formats/unreadable.ts";

/** How to read a JPEG file. */
export type DecodeJpegOptions = {
  /** Named in error messages. */
  file?: string;
  /** Turn the picture upright by its EXIF orientation; off by default, as nuScenes' readers do. */
  applyOrientation?: boolean;
  /**
   * Largest width x height that is decoded, checked before any memory is taken; by default 100 million,
   * and of a picture beyond 16 million no more than 33 a byte of the file, so 100 bytes of pixels each.
   */
  maxPixels?: number;
  /** Take what can be recovered from damaged picture data instead of refusing it; off by default. */
  tolerant?: boolean;
};

type TurboFrame = { width: number; height: number; componentCount: number };
type TurboDecoder = {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8ClampedArray;
  getFrameInfo(): TurboFrame;
  decode(): void;
  delete(): void;
};

// Emscripten writes the instance into the object it is given, so each call gets its own copy.
const quiet = { print: () => {}, printErr: () => {} };
// One WASM instance per thread, made on first use (about 15 ms).
let decoderModule: Promise<{ JPEGDecoder: new () => TurboDecoder }> | undefined;

// A failed decode leaves the instance's heap a little damaged: after some 10 000 broken files in one
// process it trapped in malloc. So an instance is given up after a number of failures, and at a trap.
const MOST_FAILURES = 64;
let failures = 0;

/**
 * Decodes a baseline or progressive, gray, RGB, YCbCr, CMYK or YCCK JPEG file to 8-bit RGB; a file
 * that is cut off or damaged is an error that names it, never a half-gray picture.
 */
export async function decodeJpeg(
  bytes: Uint8Array,
  {
    file = "JPEG data",
    applyOrientation = false,
    maxPixels = Math.min(100e6, Math.max(16e6, 33 * bytes.length)),
    tolerant = false,
  }: DecodeJpegOptions = {},
): Promise<RgbPicture> {
  const header = readJpegHeader(bytes, file);
  checkSupported(header, file, maxPixels);
  const image = header.components !== 4 && await decodeWithTurbo(bytes, header, tolerant) ||
    decodeWithJavaScript(bytes, header, file);
  return applyOrientation && header.orientation !== 1 ? turn(image, header.orientation) : image;
}

/** Encodes an RGB picture as a baseline 4:4:4 JPEG file; `quality` 1 to 100. */
export function encodeJpeg(
  { width, height, data }: Omit<RgbPicture, "channels">,
  quality = 90,
): Uint8Array<ArrayBuffer> {
  if (data.length !== width * height * 3 || width < 1 || height < 1) {
    throw new RangeError(
      `Cannot encode a JPEG file: ${data.length} bytes of pixels, ${width}x${height} RGB has ${
        width * height * 3
      }`,
    );
  }
  // In JavaScript (110 ms for 1600x900): libjpeg-turbo's encoder in the same package reads an
  // uninitialized buffer size and crashed on pictures below about 40x30.
  const rgba = new Uint8Array(width * height * 4);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    rgba[to] = data[from]!;
    rgba[to + 1] = data[from + 1]!;
    rgba[to + 2] = data[from + 2]!;
  }
  return new Uint8Array(encodeInJavaScript({ width, height, data: rgba }, quality).data);
}

function checkSupported(header: JpegHeader, file: string, maxPixels: number): void {
  const { width, height, components, precision, frameOffset } = header;
  const refuse = (state: string) => unreadable(file, frameOffset, state);
  if (width * height > maxPixels) {
    throw new RangeError(
      `Cannot read "${file}" at byte ${frameOffset}: it claims ${width}x${height} pixels, ` +
        `at most ${maxPixels} are decoded`,
    );
  }
  if (precision !== 8) throw refuse(`it has ${precision} bits per sample, 8 are supported`);
  if (components !== 1 && components !== 3 && components !== 4) {
    throw refuse(`it has ${components} components, 1, 3 or 4 are supported`);
  }
}

/**
 * libjpeg-turbo (WASM, SIMD). Its wrapper throws without a reason when the library warns, though the
 * picture is then there: null leaves such a file to the second decoder, unless damage is tolerated.
 */
async function decodeWithTurbo(
  bytes: Uint8Array,
  header: JpegHeader,
  tolerant: boolean,
): Promise<RgbPicture | null> {
  decoderModule ??= turboDecoder({ ...quiet });
  const { JPEGDecoder } = await decoderModule!;
  let decoder: TurboDecoder | undefined;
  try {
    decoder = new JPEGDecoder();
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    try {
      decoder.decode();
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) throw error;
      if (++failures >= MOST_FAILURES) giveUp();
      if (!tolerant) return null;
    }
    const { width, height, components } = header;
    const decoded = decoder.getDecodedBuffer();
    // A file that failed before its header was read leaves no picture, or one of another size.
    if (decoded.length !== width * height * components) return null;
    const data = components === 1 ? rgbFromGray(decoded) : new Uint8Array(decoded);
    return { width, height, channels: 3, data };
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    giveUp();
    decoder = undefined;
    return null;
  } finally {
    decoder?.delete();
  }
}

function giveUp(): void {
  decoderModule = undefined;
  failures = 0;
}

/** The slow and strict second opinion: CMYK and YCCK, stray bytes between segments, broken profiles. */
function decodeWithJavaScript(bytes: Uint8Array, header: JpegHeader, file: string): RgbPicture {
  if (header.process === "lossless" || header.process === "arithmetic") {
    throw unreadable(
      file,
      header.scanOffset,
      `its ${header.process} coded picture data from here on is damaged or of an unsupported kind`,
    );
  }
  // The SOI marker is two bytes; the tables may stand anywhere before the first scan.
  const input = header.hasHuffmanTables ? bytes : withTables(bytes);
  try {
    const { width, height, data } = decodeInJavaScript(input, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: 1 + header.width * header.height / 1e6,
      maxMemoryUsageInMB: 64 + header.width * header.height * 40 / 1e6,
    });
    return {
      width,
      height,
      channels: 3,
      data: new Uint8Array(data.buffer, data.byteOffset, data.length),
    };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw unreadable(
      file,
      header.scanOffset,
      `its picture data from here on is damaged (${why})`,
      cause,
    );
  }
}

function withTables(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(bytes.length + STANDARD_HUFFMAN_TABLES.length);
  whole.set(bytes.subarray(0, 2));
  whole.set(STANDARD_HUFFMAN_TABLES, 2);
  whole.set(bytes.subarray(2), 2 + STANDARD_HUFFMAN_TABLES.length);
  return whole;
}

function rgbFromGray(gray: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array(gray.length * 3);
  for (let i = 0, o = 0; i < gray.length; i++, o += 3) {
    rgb[o] = rgb[o + 1] = rgb[o + 2] = gray[i]!;
  }
  return rgb;
}
