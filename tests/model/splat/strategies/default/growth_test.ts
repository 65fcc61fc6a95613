import { assertEquals } from "@std/assert";
import { affordableThreshold } from "../../../../../model/splat/strategies/default/affordable_threshold.ts";
import {
  noiseOfThose,
  withGiven,
} from "../../../../../model/splat/strategies/default/children_noise.ts";
import { noise } from "../../../../support.ts";
import { ranksInProcess } from "../../../run/ranks/in_process.ts";

/** How many of the means reach a threshold. */
function reaching(sums: Float32Array, threshold: number): number {
  let count = 0;
  for (let i = 0; i < sums.length; i += 2) {
    if (Math.fround(sums[i]! / sums[i + 1]!) >= threshold) count++;
  }
  return count;
}

/** The threshold of ranks that have equal shares of the Gaussians; all find the same. */
async function thresholdOf(sums: Float32Array, threshold: number, room: number, ranks = 1) {
  const found = await Promise.all(
    ranksInProcess(ranks).map((own) => {
      const part = (rank: number) => 2 * Math.floor(sums.length / 2 * rank / ranks);
      const mine = sums.slice(part(own.rank), part(own.rank + 1));
      return affordableThreshold(own, mine, { threshold, room });
    }),
  );
  assertEquals(new Set(found).size, 1);
  return found[0]!;
}

Deno.test("the threshold rises until there is room, and no further", async () => {
  const n = 500;
  const sums = Float32Array.from(noise(1, 2 * n, 0.5, 2));
  for (let i = 0; i < 60; i++) sums.set([0, 0], 2 * i); // in no picture: 0 / 0
  const all = reaching(sums, 0.4);
  assertEquals(await thresholdOf(sums, 0.4, all), 0.4);
  for (const room of [all - 1, 200, 17, 1, 0]) {
    const threshold = await thresholdOf(sums, 0.4, room);
    assertEquals(reaching(sums, threshold), room, `${room} of ${all}`);
    assertEquals(await thresholdOf(sums, 0.4, room, 3), threshold);
  }
});

Deno.test("of Gaussians that are equal none grows where not all have room", async () => {
  const sums = Float32Array.from([4, 1, 2, 1, 2, 1, 2, 1, 1, 1]);
  for (const [room, grown] of [0, 1, 1, 1, 4, 5].entries()) {
    for (const ranks of [1, 2]) {
      assertEquals(reaching(sums, await thresholdOf(sums, 1, room, ranks)), grown, `room ${room}`);
    }
  }
  sums.fill(3);
  assertEquals(reaching(sums, await thresholdOf(sums, 0.1, 2)), 0);
});

Deno.test("noise that is given replaces what was drawn, as far as it goes", () => {
  const drawn = () => Float32Array.from({ length: 12 }, (_, i) => i);
  assertEquals([...withGiven(drawn(), undefined)], [...drawn()]);
  // Two parents; given of one: its first child, then its second.
  const given = Float32Array.of(-1, -2, -3, -4, -5, -6);
  assertEquals([...withGiven(drawn(), given)], [-1, -2, -3, 3, 4, 5, -4, -5, -6, 9, 10, 11]);
  // Given of three: those of the first two.
  const more = Float32Array.from({ length: 18 }, (_, i) => -i);
  const expected = [0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14].map((i) => -i);
  assertEquals([...withGiven(drawn(), more)], expected);
});

Deno.test("noise of the parents whose children stay", () => {
  const noise = Float32Array.from({ length: 18 }, (_, i) => i); // of 3 parents
  const parents = Uint32Array.of(0, 1, 1, 0, 1);
  const stay = Uint32Array.of(0, 1, 0, 0, 1);
  assertEquals(
    [...noiseOfThose(noise, { parents, stay })],
    [0, 1, 2, 6, 7, 8, 9, 10, 11, 15, 16, 17],
  );
  assertEquals(noiseOfThose(noise, { parents, stay: new Uint32Array(5) }).length, 0);
});
