import { assertEquals } from "@std/assert";
import { readJsonLines } from "../../../data/formats/json_lines.ts";

Deno.test("whole objects of a growing file are read, all else is left out", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.remove(path);
    assertEquals(readJsonLines(path), []);
    const text = `{"a":1}\r\n\n[2]\nnull\n{"b":{"c":[3]}}\n\u0000\u0000\n{"d":4,"é":"ü"}\n{"e":5`;
    const bytes = new TextEncoder().encode(text);
    const whole = [{ a: 1 }, { b: { c: [3] } }, { d: 4, "é": "ü" }];
    // However much of it is written, no reading fails, and no object comes in parts.
    for (let length = 0; length <= bytes.length; length++) {
      await Deno.writeFile(path, bytes.subarray(0, length));
      const rows = readJsonLines(path);
      assertEquals(rows, whole.slice(0, rows.length));
    }
    assertEquals(readJsonLines(path), whole);
  } finally {
    await Deno.remove(path).catch(() => {});
  }
});
