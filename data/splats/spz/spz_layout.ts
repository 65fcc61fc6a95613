import { restCoefficients, type ShDegree } from "../splats.ts";

/** "NGSP", the first word of an SPZ file's own header. */
export const SPZ_MAGIC = 0x5053474e;

/** Versions that are written. */
export type SpzVersion = 2 | 3 | 4;

/** Versions that are read: 1 has positions of three half floats, else it is as 2. */
export type ReadSpzVersion = 1 | SpzVersion;

/** Bytes of the header: versions to 3, inside the gzip stream; version 4, before its table. */
export const SPZ_HEADER = { 1: 16, 2: 16, 3: 16, 4: 32 } as const satisfies Record<
  ReadSpzVersion,
  number
>;

/** Bits of the flags in byte 14: trained with antialiasing; records of extensions are there. */
export const SPZ_FLAGS = { antialiased: 1, extensions: 2 } as const;

/** The record that says which way stored axes point; a 32-bit number follows its type and length. */
export const SPZ_FRAME_RECORD = 0xadbe0003;

/** Factor of a colour's constant part in SPZ files, in place of SH_C0. */
export const SPZ_COLOR_SCALE = 0.15;

/** Attributes in the order of the file. */
export type SpzStream = "positions" | "alphas" | "colors" | "scales" | "rotations" | "sh";

/** Harmonics per channel at degrees 0 to 4; of degree 4 only the first 15 are kept when reading. */
export const SPZ_COEFFICIENTS: readonly number[] = [0, 3, 8, 15, 24];

/** Bytes of each attribute for one Gaussian, in the order of the file; `sh` is left out at degree 0. */
export function spzStreams(version: ReadSpzVersion, degree: number): Map<SpzStream, number> {
  const streams = new Map<SpzStream, number>([
    ["positions", version === 1 ? 6 : 9],
    ["alphas", 1],
    ["colors", 3],
    ["scales", 3],
    ["rotations", version < 3 ? 3 : 4],
  ]);
  if (degree > 0) streams.set("sh", 3 * SPZ_COEFFICIENTS[degree]!);
  return streams;
}

/** Bits kept of each stored harmonic: 5 of degree 1, 4 of the others, as the format's own writer does. */
export function harmonicStep(coefficient: number): number {
  return coefficient < restCoefficients(1 satisfies ShDegree) ? 1 << 3 : 1 << 4;
}
