import { assert, assertEquals } from "@std/assert";
import { sumInHalves } from "../../../../model/run/ranks/halves.ts";
import { noise } from "../../../support.ts";
import { ranksInProcess } from "./in_process.ts";

/** Sums of what each rank brings, on each rank. */
const summed = (brought: readonly (readonly number[])[]) =>
  Promise.all(
    ranksInProcess(brought.length).map(async (ranks) => {
      const values = Float32Array.from(brought[ranks.rank]!);
      await sumInHalves(ranks, values);
      return [...values];
    }),
  );

Deno.test("halves of all ranks are added up, whatever their number, length and size", async () => {
  for (
    const [size, length, factor] of [
      [1, 5, 1],
      [2, 1, 1e30],
      [2, 1000, 1e-30],
      [3, 7, 3],
      [4, 4099, 65504],
    ] as const
  ) {
    const brought = Array.from(
      { length: size },
      (_, rank) => [...noise(rank + 1, length)].map((value) => value * factor),
    );
    const all = await summed(brought);
    for (const sums of all) assertEquals(sums, all[0]);
    // Each term is rounded to 11 bits, and so is their sum.
    all[0]!.forEach((sum, i) => {
      const terms = brought.map((values) => Math.fround(values[i]!));
      const exact = terms.reduce((a, b) => a + b);
      const sizes = terms.reduce((a, b) => a + Math.abs(b), 0);
      assert(Math.abs(sum - exact) <= 2 ** -10 * sizes, `${size} ${length}: ${sum} ${exact}`);
    });
  }
});

Deno.test("small values beside large ones keep 11 bits to 2^-29 of these; zeros stay zeros", async () => {
  // A half has 300 000 as 300 032, and so 2^-28 of it.
  const small = 2 ** -28;
  const [sums] = await summed([[3e5, 3e5 * small, 0], [0, 0, 0]]);
  assertEquals(sums, [300_032, 300_032 * small, 0]);
  assertEquals(await summed([[0, 0], [0, 0]]), [[0, 0], [0, 0]]);
});

Deno.test("what is not finite stays so on all ranks", async () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    for (const [sum, other] of await summed([[1, 2], [value, 2]])) {
      assert(!Number.isFinite(sum), `${value} became ${sum}`);
      assertEquals(other, 4);
    }
  }
});
