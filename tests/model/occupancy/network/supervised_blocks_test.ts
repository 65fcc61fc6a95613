import { assertEquals, assertThrows } from "@std/assert";
import { supervisedBlocks } from "../../../../model/occupancy/network/supervised_blocks.ts";

const never = () => {
  throw new Error("nothing is to be drawn");
};

Deno.test("which blocks are supervised", () => {
  const training = { training: true, random: never };
  assertEquals(supervisedBlocks("all", 4, { training: false, random: never }), [3]);
  assertEquals(supervisedBlocks("all", 4, training), [0, 1, 2, 3]);
  assertEquals(supervisedBlocks("random_1", 4, training), [3]);
  assertEquals(supervisedBlocks("random_4", 4, training), [0, 1, 2, 3]);
  assertEquals(supervisedBlocks("fixed_0_2", 4, training), [0, 2]);
});

Deno.test("random_N draws N - 1 different blocks beside the last, each of them in its turn", () => {
  const seen = new Set<string>();
  for (let i = 0; i < 60; i++) {
    let draw = i;
    // Golden ratio steps reach every part of [0, 1).
    const random = () => (draw += 7) * 0.618033988749895 % 1;
    const blocks = supervisedBlocks("random_2", 4, { training: true, random });
    assertEquals([blocks.length, blocks[1]], [2, 3]);
    seen.add(blocks.join());
  }
  assertEquals([...seen].sort(), ["0,3", "1,3", "2,3"]);
});

Deno.test("rules that say nothing are refused", () => {
  for (const rule of ["random_0", "random_5", "fixed_4", "fixed", "none", "random_1_2"]) {
    assertThrows(
      () => supervisedBlocks(rule, 4, { training: true, random: never }),
      RangeError,
      `Cannot supervise blocks "${rule}": with 4 blocks`,
    );
  }
});
