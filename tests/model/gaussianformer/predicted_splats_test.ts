import { assertAlmostEquals, assertEquals } from "@std/assert";
import { SH_C0, sigmoid } from "../../../data/splats/activation.ts";
import { predictedSplats } from "../../../model/gaussianformer/predicted_splats.ts";

/** The matrix of a unit quaternion (w, x, y, z), row by row. */
function matrixOf([w, x, y, z]: ArrayLike<number> & Iterable<number>): number[] {
  return [
    1 - 2 * (y! * y! + z! * z!),
    2 * (x! * y! - w! * z!),
    2 * (x! * z! + w! * y!),
    2 * (x! * y! + w! * z!),
    1 - 2 * (x! * x! + z! * z!),
    2 * (y! * z! - w! * x!),
    2 * (x! * z! - w! * y!),
    2 * (y! * z! + w! * x!),
    1 - 2 * (x! * x! + y! * y!),
  ];
}

/** M diag(s²) Mᵀ, with M or its transpose. */
function covariance(matrix: number[], scales: number[], transposed: boolean): number[] {
  const at = (i: number, k: number) => transposed ? matrix[3 * k + i]! : matrix[3 * i + k]!;
  return Array.from({ length: 9 }, (_, entry) => {
    const [i, j] = [Math.floor(entry / 3), entry % 3];
    return scales.reduce((sum, scale, k) => sum + at(i, k) * scale ** 2 * at(j, k), 0);
  });
}

const q = Float32Array.of(0.8, 0.4, -0.2, 0.4);
const one = (hot: number, classes: number) =>
  Float32Array.from({ length: classes }, (_, k) => Number(k === hot));

Deno.test("a Gaussian keeps its covariance, opacity and the colour of its class", () => {
  const splats = predictedSplats({
    means: Float32Array.of(1, -2, 3),
    scales: Float32Array.of(0.5, 1, 2),
    rotations: q,
    opacities: Float32Array.of(0.25),
    semantics: one(4, 17),
  });
  assertEquals([splats.count, splats.degree, [...splats.positions]], [1, 0, [1, -2, 3]]);
  const wanted = covariance(matrixOf(q), [0.5, 1, 2], true); // Rᵀ S² R
  const scales = Array.from(splats.logScales, Math.exp);
  const actual = covariance(matrixOf(splats.quaternions), scales, false); // as 3DGS: R S² Rᵀ
  actual.forEach((value, i) => assertAlmostEquals(value, wanted[i]!, 1e-5));
  assertAlmostEquals(sigmoid(splats.opacities[0]!), 0.25, 1e-6);
  const rgb = Array.from(splats.shDc, (dc) => Math.round(255 * (0.5 + SH_C0 * dc)));
  assertEquals(rgb, [0, 150, 245]); // a car
});

Deno.test("Gaussians of free space are left out; without opacities they are opaque", () => {
  const splats = predictedSplats({
    means: Float32Array.of(1, 1, 1, 2, 2, 2),
    scales: new Float32Array(6).fill(0.1),
    rotations: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0),
    opacities: new Float32Array(0),
    semantics: Float32Array.of(...one(17, 18), ...one(16, 18)),
  });
  assertEquals([splats.count, [...splats.positions]], [1, [2, 2, 2]]);
  assertEquals(sigmoid(splats.opacities[0]!) > 0.99999, true);
  const none = new Float32Array(0);
  const empty = { means: none, scales: none, rotations: none, opacities: none, semantics: none };
  assertEquals(predictedSplats(empty).count, 0);
});
