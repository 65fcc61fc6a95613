import { assertEquals, assertNotEquals } from "@std/assert";
import { epochLength, epochOrder } from "../../data/epoch_order.ts";

const all = (count: number) => Array.from({ length: count }, (_, i) => i);

Deno.test("an epoch is a permutation by seed and epoch", () => {
  const options = { count: 50, seed: 3, shuffle: true, rank: 0, ranks: 1 };
  const first = [...epochOrder(options, 0)];
  assertEquals(first.toSorted((a, b) => a - b), all(50));
  assertEquals([...epochOrder(options, 0)], first);
  assertNotEquals([...epochOrder(options, 1)], first);
  assertNotEquals([...epochOrder({ ...options, seed: 4 }, 0)], first);
  assertEquals([...epochOrder({ ...options, shuffle: false }, 5)], all(50));
});

Deno.test("ranks share an epoch; in training it is filled up to equal parts", () => {
  for (const shuffle of [true, false]) {
    const shards = all(3).map((rank) => ({ count: 11, seed: 1, shuffle, rank, ranks: 3 }));
    const orders = shards.map((shard) => [...epochOrder(shard, 2)]);
    const union = orders.flat();
    assertEquals(new Set(union).size, 11);
    // Training steps are equally many on each rank: the epoch's first sample comes twice.
    assertEquals(union.length, shuffle ? 12 : 11);
    if (shuffle) assertEquals(orders[2]!.at(-1), orders[0]![0]);
    assertEquals(orders.map((order) => order.length), shards.map(epochLength));
  }
});
