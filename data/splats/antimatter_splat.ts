import type { ByteSource } from "../formats/byte_source.ts";
import { unreadable } from "../formats/unreadable.ts";
import { LOGIT_OF_BYTE, logScale, quantise, SH_C0, sigmoid } from "./activation.ts";
import { byImportance } from "./importance.ts";
import { normalised, setIdentity } from "./quaternion.ts";
import type { SplatReader } from "./splat_stream.ts";
import { allocateSplats, type Splats } from "./splats.ts";

// Each Gaussian: centre and standard deviations as 3 f32 each, RGBA and quaternion as 4 bytes each.
const RECORD = 32;
const RECORDS_PER_READ = 1 << 16;

/** Opens a `.splat` file (antimatter15): no header, 32 bytes for each Gaussian, no view-dependent colour. */
export function openAntimatterSplat(source: ByteSource): SplatReader {
  const { file, size } = source;
  const count = Math.floor(size / RECORD);
  if (size % RECORD !== 0) {
    throw unreadable(
      file,
      count * RECORD,
      `a .splat file is made of records of ${RECORD} bytes, the last one here has ${size % RECORD}`,
    );
  }
  const read = (first: number, end: number): Splats => {
    const splats = allocateSplats(end - first, 0);
    for (let start = first; start < end; start += RECORDS_PER_READ) {
      const records = Math.min(RECORDS_PER_READ, end - start);
      decodeRecords(source.read(start * RECORD, records * RECORD), start - first, splats);
    }
    return splats;
  };
  return { count, degree: 0, read };
}

const q = new Float64Array(4);

function decodeRecords(bytes: Uint8Array, start: number, splats: Splats): void {
  const { positions, logScales, quaternions, opacities, shDc } = splats;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0, i = start; at < bytes.length; at += RECORD, i++) {
    for (let k = 0; k < 3; k++) {
      positions[3 * i + k] = view.getFloat32(at + 4 * k, true);
      logScales[3 * i + k] = logScale(view.getFloat32(at + 12 + 4 * k, true));
      shDc[3 * i + k] = (bytes[at + 24 + k]! / 255 - 0.5) / SH_C0;
    }
    opacities[i] = LOGIT_OF_BYTE[bytes[at + 27]!]!;
    // The first writer cuts 128 q + 128 off, so 127.5 errs by half as much as 128: 0.0050 and 0.0096
    // at most in files of the two foreign writers at hand.
    for (let k = 0; k < 4; k++) quaternions[4 * i + k] = (bytes[at + 28 + k]! - 127.5) / 127.5;
    normalised(quaternions, i, q);
    // Bytes of 127 and 128 alone are what is written for no rotation at all.
    if (isNone(bytes, at + 28)) setIdentity(q);
    for (let k = 0; k < 4; k++) quaternions[4 * i + k] = q[k]!;
  }
}

function isNone(bytes: Uint8Array, at: number): boolean {
  for (let k = at; k < at + 4; k++) if (bytes[k] !== 127 && bytes[k] !== 128) return false;
  return true;
}

/**
 * Yields the bytes of a `.splat` file, most important Gaussian first, as its viewers show the file
 * while it loads. Colour and opacity are rounded to 1/255 and clamped to 0..1, quaternions to 1/128.
 */
export function* antimatterSplatChunks(splats: Splats): Generator<Uint8Array> {
  const order = byImportance(splats);
  for (let start = 0; start < order.length; start += RECORDS_PER_READ) {
    yield encodeRecords(splats, order.subarray(start, start + RECORDS_PER_READ));
  }
}

function encodeRecords(splats: Splats, indices: Uint32Array): Uint8Array {
  const { positions, logScales, quaternions, opacities, shDc } = splats;
  const bytes = new Uint8Array(indices.length * RECORD);
  const view = new DataView(bytes.buffer);
  for (let row = 0, at = 0; row < indices.length; row++, at += RECORD) {
    const i = indices[row]!;
    for (let k = 0; k < 3; k++) {
      view.setFloat32(at + 4 * k, positions[3 * i + k]!, true);
      view.setFloat32(at + 12 + 4 * k, Math.exp(logScales[3 * i + k]!), true);
      bytes[at + 24 + k] = quantise((0.5 + SH_C0 * shDc[3 * i + k]!) * 255, 255);
    }
    // Rounded, where the first converter cut off: saving a file again must not darken it.
    bytes[at + 27] = quantise(sigmoid(opacities[i]!) * 255, 255);
    normalised(quaternions, i, q);
    for (let k = 0; k < 4; k++) bytes[at + 28 + k] = quantise(q[k]! * 127.5 + 127.5, 255);
  }
  return bytes;
}
