import { assertEquals } from "@std/assert";
import { removeIfThere } from "../../../data/files/remove_if_there.ts";
import { writeAll } from "../../../data/files/write_all.ts";
import { writeJson } from "../../../data/files/write_json.ts";

Deno.test("a stream that takes a few bytes at a time gets all of them, in order", () => {
  const taken: number[] = [];
  const stream = {
    writeSync(bytes: Uint8Array) {
      const part = bytes.subarray(0, 3);
      taken.push(...part);
      return part.length;
    },
  };
  const bytes = Uint8Array.from({ length: 10 }, (_, i) => i);
  writeAll(stream, bytes);
  writeAll(stream, new Uint8Array(0));
  assertEquals(taken, [...bytes]);
});

Deno.test("JSON is written on lines, and a file is removed once or not at all", async () => {
  const path = await Deno.makeTempFile();
  writeJson(path, { a: [1] });
  assertEquals(await Deno.readTextFile(path), '{\n  "a": [\n    1\n  ]\n}\n');
  removeIfThere(path);
  removeIfThere(path);
});
