import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  ANYTHING,
  COUNT,
  listOf,
  objectOf,
  recordOf,
} from "../../../../data/formats/json/json_kinds.ts";
import {
  readJsonFile,
  readJsonLines,
  readJsonList,
} from "../../../../data/formats/json/json_lines.ts";

const OBJECT = recordOf(ANYTHING);

async function inFolder(work: (path: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await work(join(folder, "a.json"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("whole objects of a growing file are read, all else is left out and named", () =>
  inFolder(async (path) => {
    assertEquals(readJsonLines(path, OBJECT), { value: [], leftOut: [] });
    const text = `{"a":1}\r\n\n[2]\nnull\n{"b":{"c":[3]}}\n\u0000\u0000\n{"d":4,"é":"ü"}\n{"e":5`;
    const bytes = new TextEncoder().encode(text);
    const whole = [{ a: 1 }, { b: { c: [3] } }, { d: 4, "é": "ü" }];
    // However much of it is written, no reading fails, and no object comes in parts.
    for (let length = 0; length <= bytes.length; length++) {
      await Deno.writeFile(path, bytes.subarray(0, length));
      const { value } = readJsonLines(path, OBJECT);
      assertEquals(value, whole.slice(0, value.length));
    }
    const { value, leftOut } = readJsonLines(path, OBJECT);
    assertEquals(value, whole);
    assertEquals(leftOut.slice(0, 2), [
      `${path}:3: it must be an object, got [2]`,
      `${path}:4: it must be an object, got null`,
    ]);
    assertEquals(leftOut.map((line) => line.split(": ")[0]), [3, 4, 6].map((n) => `${path}:${n}`));
  }));

Deno.test("a file and a list are read by kind, what is none is named", () =>
  inFolder(async (path) => {
    const kind = objectOf<{ n: number }>({ n: COUNT });
    assertEquals(readJsonFile(path, kind), { value: null, leftOut: [] });
    await Deno.writeTextFile(path, `{"n": -1}`);
    const problem = `${path}: "n" must be a whole number from 0, got -1`;
    assertEquals(readJsonFile(path, kind), { value: null, leftOut: [problem] });
    await Deno.writeTextFile(path, `[{"n": 3}, {"n": "3"}, {"n": 4, "m": 0}]`);
    assertEquals(readJsonList(path, kind), {
      value: [{ n: 3 }, { n: 4, m: 0 } as { n: number }],
      leftOut: [`${path}: "[1].n" must be a whole number from 0, got "3"`],
    });
    await Deno.writeTextFile(path, `null`);
    assertEquals(readJsonList(path, kind).leftOut, [`${path}: it must be a list, got null`]);
    assertEquals(readJsonFile(path, listOf(COUNT, 2)).leftOut, [
      `${path}: it must be a list of 2, got null`,
    ]);
  }));
