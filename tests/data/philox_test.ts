import { assert, assertEquals, assertThrows } from "@std/assert";
import { philox4x32, PhiloxStream } from "../../data/philox.ts";

Deno.test("Philox4x32-10 gives the known answers of Random123", () => {
  assertEquals(philox4x32([0, 0], [0, 0, 0, 0]), [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  const ones = 0xffffffff;
  assertEquals(
    philox4x32([ones, ones], [ones, ones, ones, ones]),
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  );
  assertEquals(
    philox4x32([0xa4093822, 0x299f31d0], [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344]),
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  );
});

Deno.test("streams repeat by seed and name, and differ otherwise", () => {
  const draws = (seed: number, ...name: number[]) => {
    const stream = new PhiloxStream(seed, ...name);
    return Array.from({ length: 9 }, () => stream.word());
  };
  assertEquals(draws(7, 1, 2), draws(7, 1, 2));
  for (const other of [draws(8, 1, 2), draws(7, 1, 3), draws(7, 2, 2), draws(7 + 2 ** 32, 1, 2)]) {
    assert(other.every((word, i) => word !== draws(7, 1, 2)[i]));
  }
  assertThrows(() => new PhiloxStream(-1), RangeError, "Cannot seed");
});

Deno.test("uniform draws fill their range evenly, a permutation holds every index once", () => {
  const stream = new PhiloxStream(3);
  const values = Array.from({ length: 20000 }, () => stream.uniform(2, 4));
  const mean = values.reduce((a, b) => a + b) / values.length;
  assert(Math.abs(mean - 3) < 0.02, `mean ${mean}`); // standard error 0.004
  assert(values.every((v) => v >= 2 && v < 4));
  const order = new PhiloxStream(1).permutation(100);
  assertEquals([...order].sort((a, b) => a - b), Array.from({ length: 100 }, (_, i) => i));
  assert(order.some((value, i) => value !== i));
});
