import { assertEquals, assertThrows } from "@std/assert";
import {
  readBackgrounds,
  readSplitNoise,
  readViewOrder,
} from "../../../../model/splat/training/given_orders.ts";

function withText<T>(text: string, read: (file: string) => T): T {
  const file = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(file, text);
    return read(file);
  } finally {
    Deno.removeSync(file);
  }
}

Deno.test("views are found with and without their endings", () => {
  const train = ["a.jpg", "b.v2.png", "c"].map((name) => ({ name }));
  const read = (text: string) => withText(text, (file) => readViewOrder(file, train));
  assertEquals(read("a\r\nb.v2.png\n\n c.png \nd\n"), ["a.jpg", "b.v2.png", "c", "d"]);
});

Deno.test("backgrounds come as lines, as JSON, and beside other things", () => {
  const expected: [number, number, number][] = [[0, 0.5, 1], [0.25, 0, 0]];
  for (
    const text of [
      "0 0.5 1\n0.25, 0, 0\n",
      "[[0, 0.5, 1], [0.25, 0, 0]]",
      '{"rows": [[1]], "random_backgrounds": [[0, 0.5, 1], [0.25, 0, 0]]}',
    ]
  ) assertEquals(withText(text, readBackgrounds), expected);
  for (const text of ["0 0.5\n", "[[0, 1, null]]", "[1]"]) {
    assertThrows(() => withText(text, readBackgrounds), SyntaxError, "three numbers are right");
  }
  assertThrows(() => withText("[1", readBackgrounds), SyntaxError, "it is no JSON");
});

Deno.test("noise of splits comes in lists, nested or in objects", () => {
  const rows = [[1, 2, 3], [4, 5, 6]];
  const expected = [Float32Array.of(1, 2, 3, 4, 5, 6), new Float32Array(0)];
  for (
    const json of [
      [rows, []],
      [rows.flat(), []],
      [{ it: 40, split: 1, noise: rows }, { it: 60, noise: [] }],
      { note: "made up", events: [rows, []] },
      { 40: rows, 60: [] },
    ]
  ) assertEquals(withText(JSON.stringify(json), readSplitNoise), expected);
  assertThrows(() => withText("[[1, 2, 3]]", readSplitNoise), SyntaxError, "has 3 numbers");
  assertThrows(() => withText('["x"]', readSplitNoise), SyntaxError, "densification 1");
});
