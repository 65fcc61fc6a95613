import webpDecoder from "@jsquash/webp/codec/dec/webp_dec.js";
import webpEncoder from "@jsquash/webp/codec/enc/webp_enc_simd.js";
import { defaultOptions } from "@jsquash/webp/meta.js";
import { builtin } from "../files/builtin.ts";
import { unreadable } from "../formats/unreadable.ts";
import type { RgbaPicture } from "./picture.ts";

// Flag of the extended header.
const ANIMATED = 2;

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

// The package would fetch its .wasm files, which a compiled program cannot: it reads them instead. In a
// browser's bundle they lie beside the script.
async function wasmOf(name: string, inPackage: () => string): Promise<BufferSource> {
  if (builtin("node:process")) return await Deno.readFile(new URL(inPackage()));
  return await (await fetch(new URL(name, import.meta.url))).arrayBuffer();
}

async function start<T>(factory: unknown, name: string, inPackage: () => string): Promise<T> {
  const module = new WebAssembly.Module(await wasmOf(name, inPackage));
  return await (factory as Factory<T>)({
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

/** What the head of a WebP file says. */
export interface WebpHeader {
  readonly width: number;
  readonly height: number;
  readonly lossless: boolean;
}

/** Whether bytes start as a WebP file must. */
export function looksLikeWebp(start: Uint8Array): boolean {
  const text = String.fromCharCode(...start.subarray(0, 12));
  return text.startsWith("RIFF") && text.slice(8) === "WEBP";
}

/** Reads width and height of a WebP file from its first chunks, which lie in its first 64 bytes. */
export function readWebpSize(bytes: Uint8Array, file: string): WebpHeader {
  if (!looksLikeWebp(bytes)) throw unreadable(file, 0, "it is no WebP picture");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true);
    const word = String.fromCharCode(...bytes.subarray(at, at + 4));
    const rest = bytes.length - at - 8;
    if (word === "VP8X" && rest >= 10) {
      if (bytes[at + 8]! & ANIMATED) {
        throw unreadable(file, at, "an animated WebP, it must be one picture");
      }
      const lossless = restIsLossless(bytes, at + 8 + length);
      return {
        width: 1 + (view.getUint32(at + 12, true) & 0xffffff),
        height: 1 + (view.getUint32(at + 14, true) >>> 8),
        lossless,
      };
    }
    if (word === "VP8 " && rest >= 10) {
      const side = (offset: number) => view.getUint16(at + offset, true) & 0x3fff;
      return { width: side(14), height: side(16), lossless: false };
    }
    if (word === "VP8L" && rest >= 5 && bytes[at + 8] === 0x2f) {
      const bits = view.getUint32(at + 9, true);
      return {
        width: (bits & 0x3fff) + 1,
        height: ((bits >>> 14) & 0x3fff) + 1,
        lossless: true,
      };
    }
    at += 8 + length + length % 2;
  }
  throw unreadable(file, 12, "a WebP picture without an image");
}

/** Whether the image behind other chunks is lossless, as far as the bytes given tell. */
function restIsLossless(bytes: Uint8Array, from: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = from; at + 8 <= bytes.length;) {
    const word = String.fromCharCode(...bytes.subarray(at, at + 4));
    if (word === "VP8L") return true;
    if (word === "VP8 ") return false;
    const length = view.getUint32(at + 4, true);
    at += 8 + length + length % 2;
  }
  return false;
}

/**
 * Decodes a WebP file, only a lossless one if `lossless` is asked for; `maxPixels` is held against its
 * header before memory is taken.
 */
export async function decodeWebp(
  bytes: Uint8Array,
  { file, maxPixels, lossless = false }: { file: string; maxPixels: number; lossless?: boolean },
): Promise<RgbaPicture> {
  const header = readWebpSize(bytes, file);
  const { width, height } = header;
  if (lossless && !header.lossless) {
    throw unreadable(file, 12, "a lossy WebP picture, it must be lossless");
  }
  if (width * height > maxPixels) {
    throw unreadable(
      file,
      0,
      `a picture of ${width}x${height} pixels, at most ${maxPixels} may be here`,
    );
  }
  decoder ??= start(
    webpDecoder,
    "webp_dec.wasm",
    () => import.meta.resolve("@jsquash/webp/codec/dec/webp_dec.wasm"),
  );
  const image = (await decoder).decode(bytes);
  if (!image || image.width !== width || image.height !== height) {
    throw unreadable(file, 0, "the WebP picture is damaged or cut off");
  }
  return { width, height, channels: 4, data: new Uint8Array(image.data.buffer) };
}

/** Encodes a picture as a lossless WebP file, which keeps colours below an alpha of zero too. */
export async function encodeWebp(
  { width, height, data }: Omit<RgbaPicture, "channels">,
): Promise<Uint8Array> {
  const side = Math.max(width, height);
  if (data.length !== 4 * width * height || side < 1 || side > LARGEST_WEBP_SIDE) {
    throw new RangeError(
      `Cannot encode a WebP picture: ${width}x${height} with ${data.length} bytes, it must have ` +
        `4 bytes for each of 1 to ${LARGEST_WEBP_SIDE} pixels a side`,
    );
  }
  encoder ??= start(
    webpEncoder,
    "webp_enc_simd.wasm",
    () => import.meta.resolve("@jsquash/webp/codec/enc/webp_enc_simd.wasm"),
  );
  // More effort made pictures of Gaussians at most 0.1 % smaller, in one to three times the time.
  const options = { ...defaultOptions, lossless: 1, exact: 1, method: 2, quality: 50 };
  const bytes = (await encoder).encode(data, width, height, options);
  if (!bytes) throw new Error(`Cannot encode a WebP picture: libwebp refused ${width}x${height}`);
  return new Uint8Array(bytes);
}
