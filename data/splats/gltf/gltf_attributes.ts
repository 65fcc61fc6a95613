import type { Matrix3 } from "../../geometry/matrix3.ts";

/** The extension that makes points of a mesh Gaussians, and the beginning of its attributes' names. */
export const GAUSSIAN_SPLATTING = "KHR_gaussian_splatting";

/** Drafts of an extension that holds a primitive's Gaussians as an SPZ file. */
export const SPZ_COMPRESSIONS = [
  "KHR_gaussian_splatting_compression_spz_2",
  "KHR_spz_gaussian_splats_compression",
] as const;

/** Half a turn about z, between glTF's axes (x left, y up, z forward) and those of PLY files. */
export const PLY_FROM_GLTF: Matrix3 = [-1, 0, 0, 0, -1, 0, 0, 0, 1];

/** Spaces that colours are blended in, by their names in files. */
export const COLOR_SPACES = { srgb: "srgb_rec709_display", linear: "lin_rec709_display" } as const;

/** A space that colours are blended in. */
export type GltfColors = keyof typeof COLOR_SPACES;

/** The attribute of one harmonic, `degree` from 0 and `coefficient` from 0 within it. */
export function harmonicName(degree: number, coefficient: number): string {
  return `${GAUSSIAN_SPLATTING}:SH_DEGREE_${degree}_COEF_${coefficient}`;
}
