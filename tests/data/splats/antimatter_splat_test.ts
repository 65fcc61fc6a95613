import { assertEquals, assertThrows } from "@std/assert";
import { openSource } from "../../../data/formats/byte_source.ts";
import { concatBytes } from "../../../data/formats/zip/zip_write.ts";
import {
  antimatterSplatChunks,
  openAntimatterSplat,
} from "../../../data/splats/antimatter_splat.ts";
import { readAll } from "../../../data/splats/splat_stream.ts";
import { importance } from "../../../data/splats/importance.ts";
import { madeUpSplats } from "./made_up.ts";

Deno.test("the most important Gaussian comes first", () => {
  const bytes = concatBytes(antimatterSplatChunks(madeUpSplats(50, 0)));
  const values = importance(readAll(openAntimatterSplat(openSource(bytes))));
  assertEquals(bytes.length, 1600);
  // Opacity is rounded to 1/255, the smallest here is 0.0067.
  for (let i = 1; i < 50; i++) assertEquals(values[i]! <= values[i - 1]! * 1.4, true);
});

Deno.test("a scale of zero and a rotation of length zero become the smallest scale and none", () => {
  const bytes = new Uint8Array(32).fill(128, 28);
  const { logScales, quaternions } = readAll(openAntimatterSplat(openSource(bytes)));
  assertEquals(logScales[0], Math.fround(-126 * Math.LN2));
  assertEquals(quaternions, Float32Array.of(1, 0, 0, 0));
});

Deno.test("a file that is no whole number of records is cut off", () => {
  assertThrows(
    () => openAntimatterSplat(openSource(new Uint8Array(70), "a.splat")),
    SyntaxError,
    'Cannot read "a.splat" at byte 64: a .splat file is made of records of 32 bytes, the last one here has 6',
  );
});
