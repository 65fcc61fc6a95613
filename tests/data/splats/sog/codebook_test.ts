import { assert, assertEquals } from "@std/assert";
import { PhiloxStream } from "../../../../data/philox.ts";
import { buildCodebook } from "../../../../data/splats/sog/codebook.ts";
import { buildPalette } from "../../../../data/splats/sog/palette.ts";

Deno.test("a codebook of few different values is exact", () => {
  const values = Float32Array.of(3, -1, 3, 0.1, -1);
  const { entries, indices } = buildCodebook(values, 4);
  assertEquals(entries, Float32Array.of(-1, 0.1, 3, 3));
  assertEquals(Float32Array.from(indices, (index) => entries[index]!), values);
  assertEquals(buildCodebook(new Float32Array(), 4).entries, new Float32Array(4));
});

Deno.test("a codebook gives each value its nearest entry, with about the least possible error", () => {
  const random = new PhiloxStream(5);
  // x = 10 u^5 is dense near zero, with a tail.
  const values = Float32Array.from({ length: 5000 }, () => random.uniform(-1, 1) ** 5 * 10);
  const { entries, indices } = buildCodebook(values, 64);
  let squares = 0;
  values.forEach((value, i) => {
    const best = Math.min(...[...entries].map((entry) => Math.abs(entry - value)));
    assertEquals(Math.abs(entries[indices[i]!]! - value), best);
    squares += best ** 2;
  });
  // Panter and Dite: (integral of the density's cube root)^3 / (12 size^2); the integral is 5.875.
  const least = 5.875 ** 3 / (12 * 64 ** 2);
  assert(squares / 5000 < 1.05 * least, `${squares / 5000} against ${least}`);
});

Deno.test("a palette with room for all vectors is exact", () => {
  const vectors = Float32Array.of(1, 2, 5, 6, 1, 2, -3, 0, 5, 6, 1, 2.5);
  const { count, entries, labels } = buildPalette(vectors, 2, 6);
  assertEquals(count, 4);
  labels.forEach((label, i) =>
    assertEquals(entries.subarray(2 * label, 2 * label + 2), vectors.subarray(2 * i, 2 * i + 2))
  );
  assertEquals(buildPalette(new Float32Array(), 3, 4).count, 0);
});

Deno.test("a palette finds clusters, whose means are its entries", () => {
  const random = new PhiloxStream(6);
  const centers = Array.from({ length: 16 }, () => [0, 1, 2].map(() => random.uniform(-10, 10)));
  const vectors = Float32Array.from(
    Array.from(
      { length: 400 },
      (_, i) => centers[i % 16]!.map((x) => x + random.uniform(-0.01, 0.01)),
    ).flat(),
  );
  const { count, entries, labels } = buildPalette(vectors, 3, 16);
  assertEquals(count, 16);
  for (let i = 0; i < 1200; i++) {
    const error = Math.abs(entries[3 * labels[Math.floor(i / 3)]! + i % 3]! - vectors[i]!);
    assert(error < 0.02, `${error}`);
  }
});
