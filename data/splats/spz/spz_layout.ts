import { restCoefficients, type ShDegree } from "../splats.ts";

/** "NGSP", the first word of an SPZ file's own header. */
export const SPZ_MAGIC = 0x5053474e;

/** Versions that are read and written; 1 (half-float positions) was never in wide use. */
export type SpzVersion = 2 | 3 | 4;

/** Bytes of the header: versions 2 and 3, inside the gzip stream; version 4, before its table. */
export const SPZ_HEADER = { 2: 16, 3: 16, 4: 32 } as const satisfies Record<SpzVersion, number>;

/** Factor of a colour's constant part in SPZ files, in place of SH_C0. */
export const SPZ_COLOR_SCALE = 0.15;

/** Attributes in the order of the file. */
export type SpzStream = "positions" | "alphas" | "colors" | "scales" | "rotations" | "sh";

/** Harmonics per channel at degrees 0 to 4; of degree 4 only the first 15 are kept when reading. */
export const SPZ_COEFFICIENTS: readonly number[] = [0, 3, 8, 15, 24];

/** Bytes of each attribute for one Gaussian, in the order of the file; `sh` is left out at degree 0. */
export function spzStreams(version: SpzVersion, degree: number): Map<SpzStream, number> {
  const streams = new Map<SpzStream, number>([
    ["positions", 9],
    ["alphas", 1],
    ["colors", 3],
    ["scales", 3],
    ["rotations", version === 2 ? 3 : 4],
  ]);
  if (degree > 0) streams.set("sh", 3 * SPZ_COEFFICIENTS[degree]!);
  return streams;
}

// Each harmonic is a polynomial that is even or odd in y and z: its sign under (x, -y, -z).
const FLIPPED = [-1, -1, 1, -1, 1, 1, -1, 1, -1, 1, -1, -1, 1, -1, 1];

/**
 * Signs that take one Gaussian's values between the frame of PLY files (x right, y down, z forward)
 * and that of SPZ files (x right, y up, z back), in either direction.
 */
export const SPZ_SIGNS: {
  readonly position: readonly number[];
  readonly quaternion: readonly number[];
  readonly harmonics: readonly number[];
} = { position: [1, -1, -1], quaternion: [1, 1, -1, -1], harmonics: FLIPPED };

/** Bits kept of each stored harmonic: 5 of degree 1, 4 of the others, as the format's own writer does. */
export function harmonicStep(coefficient: number): number {
  return coefficient < restCoefficients(1 satisfies ShDegree) ? 1 << 3 : 1 << 4;
}
