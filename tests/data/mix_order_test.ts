import { assert, assertEquals, assertThrows } from "@std/assert";
import { MixOrder } from "../../data/mix_order.ts";

const frames = (count: number) => Array.from({ length: count }, () => ({})) as never[];
const sets = [
  { frames: frames(5), weight: 1 },
  { frames: frames(4), weight: 2.5 },
  { frames: frames(6), weight: 0.5 },
];
const one = { seed: 7, rank: 0, ranks: 1 };

Deno.test("an epoch draws of each set what its weight says, whole rounds first", () => {
  const mix = new MixOrder(sets, one);
  assertEquals([mix.total, mix.length], [18, 18]);
  const halves = new Set<string>();
  for (let epoch = 0; epoch < 4; epoch++) {
    const order = [...mix.of(epoch)];
    assertEquals(order, [...mix.of(epoch)]);
    const times = Array.from(
      { length: 15 },
      (_, place) => order.filter((one) => one === place).length,
    );
    assertEquals(times.slice(0, 5), [1, 1, 1, 1, 1]);
    assertEquals(times.slice(5, 9).toSorted(), [2, 2, 3, 3]);
    assertEquals(times.slice(9).toSorted(), [0, 0, 0, 1, 1, 1]);
    halves.add(times.slice(9).join());
    // Sets are mixed, not one after the other.
    const changes = order.filter((place, i) =>
      i > 0 && mix.setOf(place) !== mix.setOf(order[i - 1]!)
    );
    assert(changes.length > 4, `${changes.length} changes of the set`);
  }
  assert(halves.size > 1, "another half in each epoch");
  assertEquals([0, 4, 5, 8, 9, 14].map((place) => mix.setOf(place)), [0, 0, 1, 1, 2, 2]);
});

Deno.test("ranks share the draws out and have as many each", () => {
  const ranks = [0, 1, 2, 3].map((rank) => new MixOrder(sets, { ...one, rank, ranks: 4 }));
  assertEquals(ranks.map(({ length }) => length), [5, 5, 5, 5]);
  const dealt = Array.from({ length: 20 }, (_, i) => ranks[i % 4]!.of(1)[Math.floor(i / 4)]!);
  const all = [...new MixOrder(sets, one).of(1)];
  assertEquals(dealt, [...all, ...all.slice(0, 2)]);
});

Deno.test("a weight of nothing is refused", () => {
  for (const weight of [0, -1, NaN, Infinity]) {
    assertThrows(() => new MixOrder([{ frames: frames(1), weight }], one), RangeError, "above 0");
  }
});
