import type { HostArray } from "../operator.ts";

/**
 * sqrt(det A) of symmetric matrices [G, 6] (xx, yy, zz, xy, yz, xz), and the matrices' inverses in the
 * same order. In doubles: the determinant of a flat Gaussian cancels to nothing in f32. Where rounding
 * of the entries has left a matrix with no positive determinant, the scales [G, 3] stand in.
 */
export function rootDeterminants(
  entries: HostArray,
  scales?: HostArray,
): { roots: Float32Array; inverses: Float64Array } {
  const gaussians = entries.shape[0]!;
  const roots = new Float32Array(gaussians);
  const inverses = new Float64Array(6 * gaussians);
  for (let g = 0; g < gaussians; g++) {
    const [xx, yy, zz, xy, yz, xz] = Array.from(
      { length: 6 },
      (_, i) => entries.data[6 * g + i]!,
    ) as [number, number, number, number, number, number];
    const minors = [
      yy * zz - yz * yz,
      xx * zz - xz * xz,
      xx * yy - xy * xy,
      yz * xz - zz * xy,
      xy * xz - xx * yz,
      xy * yz - yy * xz,
    ];
    const determinant = xx * minors[0]! + xy * minors[3]! + xz * minors[5]!;
    if (determinant > 0) {
      roots[g] = Math.sqrt(determinant);
      minors.forEach((minor, i) => inverses[6 * g + i] = minor / determinant);
    } else if (scales) {
      const [a, b, c] = [0, 1, 2].map((axis) => scales.data[3 * g + axis]!);
      const product = a! * b! * c!;
      roots[g] = 1 / product;
      minors.forEach((minor, i) => inverses[6 * g + i] = minor * product * product);
    }
  }
  return { roots, inverses };
}

/**
 * Adds to gradients [G, 6] of such matrices what those of their root determinants give: half the root
 * times the inverse, and twice that for an off-diagonal number, which stands in two places.
 */
export function addRootGradient(
  gradient: HostArray,
  dentries: HostArray,
  { roots, inverses }: { roots: Float32Array; inverses: Float64Array },
): HostArray {
  const data = Float32Array.from(
    { length: inverses.length },
    (_, i) => {
      const g = Math.floor(i / 6);
      const places = i % 6 < 3 ? 1 : 2;
      return dentries.data[i]! + gradient.data[g]! * 0.5 * roots[g]! * inverses[i]! * places;
    },
  );
  return { shape: dentries.shape, data };
}
