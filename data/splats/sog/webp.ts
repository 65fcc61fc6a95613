import webpDecoder from "@jsquash/webp/codec/dec/webp_dec.js";
import webpEncoder from "@jsquash/webp/codec/enc/webp_enc_simd.js";
import { defaultOptions } from "@jsquash/webp/meta.js";
import { unreadable } from "../../formats/unreadable.ts";

/** A picture of 8-bit red, green, blue and alpha, rows from the top, `data` is [height, width, 4]. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A WebP file holds at most so many pixels a side. */
export const LARGEST_WEBP_SIDE = 16383;

interface Decoder {
  decode(bytes: Uint8Array): { width: number; height: number; data: Uint8ClampedArray } | null;
}
interface Encoder {
  encode(rgba: Uint8Array, width: number, height: number, options: unknown): Uint8Array | null;
}
type Factory<T> = (options: {
  noInitialRun: true;
  print: () => void;
  printErr: () => void;
  instantiateWasm: (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance) => void,
  ) => WebAssembly.Exports;
}) => Promise<T>;

// One instance of libwebp per thread, made on first use (about 10 ms each).
let decoder: Promise<Decoder> | undefined;
let encoder: Promise<Encoder> | undefined;

// The package would fetch its .wasm files, which a compiled program cannot: it reads them instead.
function start<T>(factory: unknown, wasm: string): Promise<T> {
  const module = new WebAssembly.Module(Deno.readFileSync(new URL(wasm)));
  return (factory as Factory<T>)({
    noInitialRun: true,
    print: () => {},
    printErr: () => {},
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance);
      return instance.exports;
    },
  });
}

/** Width and height of a lossless WebP file, read from its first chunks; a lossy one is an error. */
export function readWebpSize(bytes: Uint8Array, file: string): { width: number; height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number) => new TextDecoder("latin1").decode(bytes.subarray(at, at + 4));
  if (bytes.length < 12 || word(0) !== "RIFF" || word(8) !== "WEBP") {
    throw unreadable(file, 0, "it is no WebP picture");
  }
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true);
    if (word(at) === "VP8 ") {
      throw unreadable(file, at, "a lossy WebP picture, it must be lossless");
    }
    if (word(at) === "VP8L") {
      if (at + 13 > bytes.length || bytes[at + 8] !== 0x2f) break;
      const bits = view.getUint32(at + 9, true);
      return { width: (bits & 0x3fff) + 1, height: (bits >>> 14 & 0x3fff) + 1 };
    }
    at += 8 + length + length % 2;
  }
  throw unreadable(file, 12, "a WebP picture without a lossless image");
}

/** Decodes a lossless WebP file; `maxPixels` is held against its header before memory is taken. */
export async function decodeWebp(
  bytes: Uint8Array,
  { file, maxPixels }: { file: string; maxPixels: number },
): Promise<RgbaImage> {
  const { width, height } = readWebpSize(bytes, file);
  if (width * height > maxPixels) {
    throw unreadable(
      file,
      0,
      `a picture of ${width}x${height} pixels, at most ${maxPixels} may be here`,
    );
  }
  decoder ??= start(webpDecoder, import.meta.resolve("@jsquash/webp/codec/dec/webp_dec.wasm"));
  const image = (await decoder).decode(bytes);
  if (!image || image.width !== width || image.height !== height) {
    throw unreadable(file, 0, "the WebP picture is damaged or cut off");
  }
  return { width, height, data: new Uint8Array(image.data.buffer) };
}

/** Encodes a picture as a lossless WebP file, which keeps colours below an alpha of zero too. */
export async function encodeWebp({ width, height, data }: RgbaImage): Promise<Uint8Array> {
  const side = Math.max(width, height);
  if (data.length !== 4 * width * height || side < 1 || side > LARGEST_WEBP_SIDE) {
    throw new RangeError(
      `Cannot encode a WebP picture: ${width}x${height} with ${data.length} bytes, it must have ` +
        `4 bytes for each of 1 to ${LARGEST_WEBP_SIDE} pixels a side`,
    );
  }
  encoder ??= start(webpEncoder, import.meta.resolve("@jsquash/webp/codec/enc/webp_enc_simd.wasm"));
  // More effort made pictures of Gaussians at most 0.1 % smaller, in one to three times the time.
  const options = { ...defaultOptions, lossless: 1, exact: 1, method: 2, quality: 50 };
  const bytes = (await encoder).encode(data, width, height, options);
  if (!bytes) throw new Error(`Cannot encode a WebP picture: libwebp refused ${width}x${height}`);
  return new Uint8Array(bytes);
}
