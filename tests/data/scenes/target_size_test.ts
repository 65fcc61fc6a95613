import { assertEquals, assertThrows } from "@std/assert";
import { targetSize } from "../../../data/scenes/target_size.ts";

Deno.test("pictures are reduced as -r says", () => {
  const cases: [[number, number], number, [number, number]][] = [
    [[1000, 659], 8, [125, 82]],
    [[1237, 1239], 2, [618, 620]], // halves go to the even number
    [[1600, 900], -1, [1600, 900]],
    [[3200, 1801], -1, [1600, 900]],
    [[1601, 900], -1, [1599, 899]], // the reference's arithmetic
    [[1000, 500], 300, [300, 150]],
    [[5, 5], 1, [5, 5]],
  ];
  for (const [size, resolution, expected] of cases) {
    assertEquals(targetSize(size, resolution), expected, `${size} at ${resolution}`);
  }
  assertThrows(() => targetSize([800, 800], 1e8), RangeError, "100000000 x 100000000");
  assertThrows(() => targetSize([3, 3], 8), RangeError, "Cannot make a picture of 3 x 3");
});
