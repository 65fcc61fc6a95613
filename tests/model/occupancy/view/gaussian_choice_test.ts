import { assertEquals } from "@std/assert";
import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import { chooseGaussians } from "../../../../model/occupancy/view/gaussian_choice.ts";
import type { GaussianArrays } from "../../../../model/occupancy/view/gaussian_splats.ts";

/** Gaussians by class, opacity, height and size along z. */
function made(
  rows: readonly (readonly [label: number, opacity: number, z: number, size: number])[],
): GaussianArrays {
  const semantics = new Float32Array(18 * rows.length);
  rows.forEach(([label], i) => semantics[18 * i + label] = 1);
  return {
    means: Float32Array.from(rows.flatMap(([, , z], i) => [i, 0, z])),
    scales: Float32Array.from(rows.flatMap(([, , , size]) => [1, 1, size])),
    rotations: Float32Array.from(rows.flatMap(() => [1, 0, 0, 0])),
    opacities: Float32Array.from(rows.map(([, opacity]) => opacity)),
    semantics,
    labels: surroundOcc.classes.map((_, label) => label),
  };
}

/** The first numbers of the centres, which are the Gaussians' numbers. */
const numbers = ({ means }: GaussianArrays) => [...means].filter((_, i) => i % 3 === 0);

Deno.test("base shows what is more opaque than 0.75 and not of free space", () => {
  const gaussians = made([[4, 0.8, 0, 1], [17, 0.9, 0, 1], [4, 0.75, 0, 1], [11, 0.76, 0, 1]]);
  const shown = chooseGaussians(gaussians, "base", surroundOcc);
  assertEquals([numbers(shown), shown.opacities.length, shown.semantics.length], [[0, 3], 2, 36]);
  assertEquals(numbers(chooseGaussians(gaussians, "base", { minOpacity: 0.5, ...surroundOcc })), [
    0,
    2,
    3,
  ]);
  assertEquals(numbers(chooseGaussians(gaussians, "all", surroundOcc)), [0, 2, 3]);
  const solid = { ...gaussians, opacities: new Float32Array(0) };
  assertEquals(numbers(chooseGaussians(solid, "base", surroundOcc)), [0, 2, 3]);
});

Deno.test("prob shows what is off the ground and not flat, all of it solid", () => {
  // Ten Gaussians in each of ten slices of height, two alone at 60 and 61, one at 100.
  const ground = Array.from({ length: 100 }, (_, i) => [11, 0.9, i % 10 + 0.5, 1] as const);
  const gaussians = made([
    ...ground,
    [4, 0.01, 60.5, 1],
    [4, 0.9, 61.5, 0.1],
    [17, 0.9, 62.5, 1],
    [4, 0.9, 100, 1],
    [11, 0.9, 0, 1],
  ]);
  const shown = chooseGaussians(gaussians, "prob", surroundOcc);
  // 0.1 as f32 is more than 0.1.
  assertEquals([numbers(shown), shown.opacities.length], [[100, 101, 103], 0]);
  const thin = { ...gaussians, scales: gaussians.scales.map((size) => size === 1 ? 1 : 0.09) };
  assertEquals(numbers(chooseGaussians(thin, "prob", surroundOcc)), [100, 103]);
});

Deno.test("Gaussians of one height are all ground, and none are none", () => {
  assertEquals(
    numbers(chooseGaussians(made([[4, 1, 2, 1], [5, 1, 2, 1]]), "prob", surroundOcc)),
    [],
  );
  for (const choice of ["base", "prob", "all"] as const) {
    assertEquals(numbers(chooseGaussians(made([]), choice, surroundOcc)), []);
  }
});
