import { unreadable } from "../../formats/unreadable.ts";

/** What a JPEG file's markers say, read without decoding a pixel. */
export type JpegHeader = {
  width: number;
  height: number;
  /** 1 gray, 3 YCbCr or RGB, 4 CMYK or YCCK. */
  components: number;
  /** Bits per sample; only 8 can be decoded here. */
  precision: number;
  process: "baseline" | "extended" | "progressive" | "lossless" | "arithmetic";
  /** EXIF orientation, 1 (upright) when the file has none. */
  orientation: number;
  /** Motion-JPEG frames leave their Huffman tables out and mean the standard ones. */
  hasHuffmanTables: boolean;
  /** Where the frame header's marker lies, which tells the five above. */
  frameOffset: number;
  /** Where the first scan's marker lies: picture data follow it. */
  scanOffset: number;
};

const SOI = 0xd8, EOI = 0xd9, SOS = 0xda, DHT = 0xc4, DAC = 0xcc, APP1 = 0xe1;

/** Reads the marker segments of a JPEG file up to its end-of-image marker, so that a file cut off anywhere is known before decoding. */
export function readJpegHeader(bytes: Uint8Array, file = "JPEG data"): JpegHeader {
  if (bytes.length < 2 || bytes[0] !== 0xff || bytes[1] !== SOI) {
    const start = bytes.length === 0 ? "no bytes" : `bytes ${hex(bytes[0]!)} ${hex(bytes[1] ?? 0)}`;
    throw unreadable(file, 0, `it starts with ${start}, a JPEG file starts with 0xff 0xd8`);
  }
  let frame: Frame | null = null;
  let orientation = 1;
  let hasHuffmanTables = false;
  let scanOffset = -1;
  let at = 2;
  for (;;) {
    // Between segments (and behind a scan) the next marker is the next 0xff that neither stuffs a
    // byte (0xff00), restarts (0xffd0..7) nor fills (0xffff).
    const marker = nextMarker(bytes, at);
    if (marker < 0) {
      throw unreadable(
        file,
        bytes.length,
        `its ${bytes.length} bytes end ${
          scanOffset >= 0 ? "inside the picture" : "before the picture"
        }, an end-of-image marker should follow (the file is cut off)`,
      );
    }
    const code = bytes[marker + 1]!;
    at = marker + 2;
    if (code === EOI) break;
    if (code === SOI || code === 0x01) continue;
    if (at + 2 > bytes.length) {
      throw unreadable(file, marker, "it is cut off inside this marker");
    }
    const length = bytes[at]! * 256 + bytes[at + 1]!;
    if (length < 2 || at + length > bytes.length) {
      throw unreadable(
        file,
        marker,
        `the marker ${hex(code)} claims ${length} bytes, ${bytes.length - at} are left`,
      );
    }
    const body = bytes.subarray(at + 2, at + length);
    if (code === DHT) hasHuffmanTables = true;
    else if (code === APP1) orientation = readOrientation(body) ?? orientation;
    else if (isFrame(code)) {
      if (frame) throw unreadable(file, marker, "it has a second frame header");
      frame = readFrame(code, body, { file, marker });
    } else if (code === SOS) {
      if (!frame) throw unreadable(file, marker, "a scan starts before any frame header");
      if (scanOffset < 0) scanOffset = marker;
    }
    at += length;
  }
  if (!frame) throw unreadable(file, bytes.length, "it holds no frame header, so no picture");
  if (scanOffset < 0) {
    throw unreadable(file, bytes.length, "it holds a frame header but no scan, so no picture");
  }
  return { ...frame, orientation, hasHuffmanTables, scanOffset };
}

/**
 * Width and height alone, from the start of a file: null where the frame header lies beyond what is
 * given, unless that is the `whole` file.
 */
export function readJpegSize(
  bytes: Uint8Array,
  file: string,
  whole: boolean,
): { width: number; height: number } | null {
  if (whole) return readJpegHeader(bytes, file);
  for (let at = 2;;) {
    const marker = nextMarker(bytes, at);
    if (marker < 0 || marker + 4 > bytes.length) return null;
    const code = bytes[marker + 1]!;
    at = marker + 2;
    if (code === SOI || code === 0x01) continue;
    const length = bytes[at]! * 256 + bytes[at + 1]!;
    if (length < 2 || at + length > bytes.length || code === SOS || code === EOI) return null;
    if (isFrame(code)) {
      return readFrame(code, bytes.subarray(at + 2, at + length), { file, marker });
    }
    at += length;
  }
}

function isFrame(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf && code !== DHT && code !== 0xc8 && code !== DAC;
}

function nextMarker(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1];
    if (code === undefined) return -1;
    if (code !== 0 && code !== 0xff && !(code >= 0xd0 && code <= 0xd7)) return at;
  }
  return -1;
}

function readFrame(code: number, body: Uint8Array, { file, marker }: Where) {
  const components = body[5] ?? 0;
  if (body.length < 6 + 3 * components || components === 0) {
    throw unreadable(file, marker, "the frame header is too short");
  }
  const height = body[1]! * 256 + body[2]!;
  const width = body[3]! * 256 + body[4]!;
  if (width === 0 || height === 0) {
    throw unreadable(file, marker, `its frame header says ${width}x${height} pixels`);
  }
  const coding = code === 0xc0
    ? "baseline"
    : code === 0xc1
    ? "extended"
    : code === 0xc2
    ? "progressive"
    : code >= 0xc9
    ? "arithmetic"
    : "lossless";
  return {
    width,
    height,
    components,
    precision: body[0]!,
    process: coding,
    frameOffset: marker,
  } as const;
}

/** Orientation (tag 0x0112) out of an APP1 segment's TIFF directory; damage there means "upright". */
function readOrientation(body: Uint8Array): number | null {
  if (body.length < 14 || String.fromCharCode(...body.subarray(0, 4)) !== "Exif") return null;
  const tiff = new DataView(body.buffer, body.byteOffset + 6, body.length - 6);
  const little = tiff.getUint16(0) === 0x4949;
  const directory = tiff.getUint32(4, little);
  if (directory + 2 > tiff.byteLength) return null;
  const entries = tiff.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > tiff.byteLength) return null;
    if (tiff.getUint16(entry, little) === 0x0112) {
      const value = tiff.getUint16(entry + 8, little);
      return value >= 1 && value <= 8 ? value : null;
    }
  }
  return null;
}

type Frame = Pick<
  JpegHeader,
  "width" | "height" | "components" | "precision" | "process" | "frameOffset"
>;
type Where = { file: string; marker: number };

function hex(value: number): string {
  return `0x${value.toString(16).padStart(2, "0")}`;
}
