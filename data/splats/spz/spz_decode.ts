import { LOGIT_OF_BYTE } from "../activation.ts";
import { restoreLargest } from "../quaternion.ts";
import { SPZ_COEFFICIENTS, SPZ_COLOR_SCALE, SPZ_SIGNS, type SpzStream } from "./spz_layout.ts";
import type { SpzHeader } from "./spz.ts";
import { allocateSplats, restCoefficients, type ShDegree, type Splats } from "../splats.ts";

/** Turns the attribute streams of an SPZ file, whose lengths fit the header, into Gaussians. */
export function decodeSpz(
  header: SpzHeader,
  streams: ReadonlyMap<SpzStream, Uint8Array>,
): Splats {
  const splats = allocateSplats(header.count, Math.min(3, header.degree) as ShDegree);
  const { positions, logScales, opacities, shDc } = splats;
  const fixed = streams.get("positions")!;
  const unit = 2 ** -header.fractionalBits;
  for (let at = 0; at < positions.length; at++) {
    // The uppermost byte moves into the sign bit and back.
    const bits = fixed[3 * at]! | fixed[3 * at + 1]! << 8 | fixed[3 * at + 2]! << 16;
    positions[at] = SPZ_SIGNS.position[at % 3]! * (bits << 8 >> 8) * unit;
  }
  streams.get("alphas")!.forEach((byte, i) => opacities[i] = LOGIT_OF_BYTE[byte]!);
  streams.get("colors")!.forEach((byte, at) => shDc[at] = (byte / 255 - 0.5) / SPZ_COLOR_SCALE);
  streams.get("scales")!.forEach((byte, at) => logScales[at] = byte / 16 - 10);
  decodeRotations(header, streams.get("rotations")!, splats);
  const sh = streams.get("sh");
  if (sh) decodeHarmonics(header, sh, splats);
  return splats;
}

function decodeRotations(
  { version }: SpzHeader,
  bytes: Uint8Array,
  { count, quaternions }: Splats,
): void {
  const xyzw = new Float64Array(4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i++) {
    if (version === 2) {
      for (let k = 0; k < 3; k++) xyzw[k] = bytes[3 * i + k]! / 127.5 - 1;
      restoreLargest(xyzw, 3);
    } else unpackRotation(view.getUint32(4 * i, true), xyzw);
    for (let k = 0; k < 4; k++) {
      quaternions[4 * i + k] = SPZ_SIGNS.quaternion[k]! * xyzw[(k + 3) % 4]!;
    }
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
  const stored = SPZ_COEFFICIENTS[degree]!;
  const kept = restCoefficients(splats.degree);
  for (let i = 0, to = 0; i < splats.count; i++) {
    for (let n = 0; n < kept; n++) {
      const sign = SPZ_SIGNS.harmonics[n]!;
      for (let channel = 0; channel < 3; channel++, to++) {
        splats.shRest[to] = sign * (bytes[3 * (i * stored + n) + channel]! - 128) / 128;
      }
    }
  }
}
