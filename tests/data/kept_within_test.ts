import { assertEquals } from "@std/assert";
import { KeptWithin } from "../../data/kept_within.ts";

Deno.test("what was not used for longest goes first, the last one stays", () => {
  const kept = new KeptWithin<string>(100);
  for (const name of ["a", "b", "c"]) kept.put(name, name, 30);
  assertEquals([kept.get("a"), kept.bytes], ["a", 90]);
  kept.put("d", "d", 30);
  // "b" was used before "a".
  assertEquals(["a", "b", "c", "d"].map((name) => kept.get(name)), ["a", undefined, "c", "d"]);
  kept.put("large", "large", 500);
  assertEquals(["a", "c", "d", "large"].map((name) => kept.get(name)), [
    undefined,
    undefined,
    undefined,
    "large",
  ]);
  assertEquals(kept.bytes, 500);
  kept.put("small", "small", 1);
  assertEquals([kept.get("large"), kept.get("small"), kept.bytes], [undefined, "small", 1]);
});

Deno.test("a name that is put again counts once, and nothing has a budget too", () => {
  const kept = new KeptWithin<number>(100);
  kept.put("a", 1, 80);
  kept.put("a", 2, 40);
  assertEquals([kept.get("a"), kept.bytes], [2, 40]);
  const none = new KeptWithin<number>(0);
  none.put("a", 1, 10);
  none.put("b", 2, 20);
  assertEquals([none.get("a"), none.get("b"), none.bytes], [undefined, 2, 20]);
});
