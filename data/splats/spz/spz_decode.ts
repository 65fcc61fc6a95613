import { LOGIT_OF_BYTE } from "../activation.ts";
import { restoreLargest } from "../quaternion.ts";
import { transpose3 } from "../../geometry/matrix3.ts";
import { turnSplats } from "../turn/turn_splats.ts";
import { type SpzFrame, spzFromPly } from "./spz_frame.ts";
import { SPZ_COEFFICIENTS, SPZ_COLOR_SCALE, type SpzStream } from "./spz_layout.ts";
import type { SpzHeader } from "./spz.ts";
import { allocateSplats, restCoefficients, type ShDegree, type Splats } from "../splats.ts";

/**
 * Turns the attribute streams of an SPZ file, whose lengths fit the header, into Gaussians in the
 * frame of PLY files.
 */
export function decodeSpz(
  header: SpzHeader,
  streams: ReadonlyMap<SpzStream, Uint8Array>,
  frame: SpzFrame,
): Splats {
  const splats = {
    ...allocateSplats(header.count, Math.min(3, header.degree) as ShDegree),
    antialiased: header.antialiased,
  };
  const { logScales, opacities, shDc } = splats;
  decodePositions(header, streams.get("positions")!, splats);
  const alphas = streams.get("alphas")!;
  for (let i = 0; i < header.count; i++) opacities[i] = LOGIT_OF_BYTE[alphas[i]!]!;
  const colors = streams.get("colors")!;
  const scales = streams.get("scales")!;
  for (let at = 0; at < shDc.length; at++) {
    shDc[at] = (colors[at]! / 255 - 0.5) / SPZ_COLOR_SCALE;
    logScales[at] = scales[at]! / 16 - 10;
  }
  decodeRotations(header, streams.get("rotations")!, splats);
  const sh = streams.get("sh");
  if (sh) decodeHarmonics(header, sh, splats);
  return turnSplats(splats, transpose3(spzFromPly(frame)));
}

function decodePositions(
  { version, fractionalBits }: SpzHeader,
  bytes: Uint8Array,
  { positions }: Splats,
): void {
  if (version === 1) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < positions.length; at++) positions[at] = view.getFloat16(2 * at, true);
    return;
  }
  const unit = 2 ** -fractionalBits;
  for (let at = 0; at < positions.length; at++) {
    // The uppermost byte moves into the sign bit and back.
    const bits = bytes[3 * at]! | bytes[3 * at + 1]! << 8 | bytes[3 * at + 2]! << 16;
    positions[at] = (bits << 8 >> 8) * unit;
  }
}

function decodeRotations(
  { version }: SpzHeader,
  bytes: Uint8Array,
  { count, quaternions }: Splats,
): void {
  const xyzw = new Float64Array(4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i++) {
    if (version < 3) {
      for (let k = 0; k < 3; k++) xyzw[k] = bytes[3 * i + k]! / 127.5 - 1;
      restoreLargest(xyzw, 3);
    } else unpackRotation(view.getUint32(4 * i, true), xyzw);
    for (let k = 0; k < 4; k++) quaternions[4 * i + k] = xyzw[(k + 3) % 4]!;
  }
}

/** Two bits name the largest of (x, y, z, w), the others follow with a sign and nine bits each. */
function unpackRotation(word: number, xyzw: Float64Array): void {
  const largest = word >>> 30;
  for (let k = 0, shift = 20; k < 4; k++) {
    if (k === largest) continue;
    const field = word >>> shift & 1023;
    const magnitude = (field & 511) / 511 * Math.SQRT1_2;
    xyzw[k] = field & 512 ? -magnitude : magnitude;
    shift -= 10;
  }
  restoreLargest(xyzw, largest);
}

function decodeHarmonics({ degree }: SpzHeader, bytes: Uint8Array, splats: Splats): void {
  const stored = 3 * SPZ_COEFFICIENTS[degree]!;
  const kept = 3 * restCoefficients(splats.degree);
  for (let i = 0, to = 0; i < splats.count; i++) {
    const from = i * stored;
    for (let n = 0; n < kept; n++, to++) splats.shRest[to] = (bytes[from + n]! - 128) / 128;
  }
}
