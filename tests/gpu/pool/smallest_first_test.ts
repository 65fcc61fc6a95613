import { assertEquals } from "@std/assert";
import { SmallestFirst } from "../../../gpu/pool/smallest_first.ts";
import { noise } from "../../noise.ts";

Deno.test("SmallestFirst gives ids in order, whatever came and went before", () => {
  const queue = new SmallestFirst<{ id: number }>();
  const left: number[] = [];
  for (const value of noise(3, 500, -300, 700)) {
    if (value > 0) {
      queue.push({ id: Math.floor(value) });
      left.push(Math.floor(value));
      left.sort((a, b) => a - b);
    } else assertEquals(queue.pop()?.id, left.shift());
  }
  assertEquals([...queue].length, left.length);
  for (const id of left) assertEquals(queue.pop()?.id, id);
  assertEquals(queue.pop(), undefined);
});
