import { assert, assertEquals } from "@std/assert";
import { fuzzFormats } from "./fuzz/fuzz.ts";
import { makeSeeds } from "./fuzz/seeds.ts";

Deno.test("the files that the fuzzer changes are good before", async () => {
  for (const { format, bytes, wrap, read } of makeSeeds()) {
    assert(await read(wrap(bytes)) !== undefined, format);
  }
});

Deno.test("24 000 changed files of all formats: a value or a clear error, none late", async () => {
  const { inputs, formats } = await fuzzFormats({ seed: 20260, inputs: 24_000 });
  assertEquals(inputs, 24_000);
  for (const [format, figures] of formats) {
    // Changes that no reader sees, or all refuse at once, would test nothing.
    assert(figures.refused > 0.05 * figures.inputs, `${format}: ${JSON.stringify(figures)}`);
    assert(figures.refused < figures.inputs, `${format}: ${JSON.stringify(figures)}`);
  }
});
