import { assertEquals } from "@std/assert";
import { meanSquaredDistances } from "../../../../data/scenes/points/nearest_neighbours.ts";
import { noise } from "../../../noise.ts";
import { assertClose } from "../../../support.ts";

function bruteForce(points: Float32Array): number[] {
  const count = points.length / 3;
  return Array.from({ length: count }, (_, i) => {
    const squares = Array.from({ length: count }, (_, j) => j).filter((j) => j !== i).map((j) =>
      [0, 1, 2].reduce((sum, k) => sum + (points[3 * i + k]! - points[3 * j + k]!) ** 2, 0)
    ).sort((a, b) => a - b).slice(0, 3);
    return squares.reduce((sum, square) => sum + square, 0) / squares.length;
  });
}

const CLOUDS: Record<string, Float32Array> = {
  "in a cube": Float32Array.from(noise(1, 900)),
  "with some far away": Float32Array.from(noise(2, 900), (v, i) => i < 30 ? 1e4 * v : v),
  "on a plane": Float32Array.from(noise(3, 300), (v, i) => i % 3 === 2 ? 5 : v),
  "with duplicates": Float32Array.from(noise(4, 300), (v) => Math.round(2 * v)),
  "two": Float32Array.of(0, 0, 0, 1, 2, 2),
};

for (const [name, points] of Object.entries(CLOUDS)) {
  Deno.test(`mean squared distances of points ${name}`, () => {
    assertClose(meanSquaredDistances(points), bruteForce(points), { atol: 0, rtol: 1e-6 });
  });
}

Deno.test("a point alone, and none, have no neighbours", () => {
  assertEquals(meanSquaredDistances(Float32Array.of(1, 2, 3)), Float32Array.of(0));
  assertEquals(meanSquaredDistances(new Float32Array(0)), new Float32Array(0));
});
