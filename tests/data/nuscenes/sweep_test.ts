import { assertEquals, assertThrows } from "@std/assert";
import { readSweep } from "../../../data/nuscenes/sweep.ts";

Deno.test("a sweep is rows of five floats", () => {
  const points = new Float32Array([1, 2, 3, 40, 5, -1, -2, -3, 0, 31]);
  const bytes = new Uint8Array(points.buffer);
  assertEquals(readSweep(bytes), points);
  // At an offset that is no multiple of four.
  const shifted = new Uint8Array(43);
  shifted.set(bytes, 3);
  assertEquals(readSweep(shifted.subarray(3)), points);
  assertThrows(
    () => readSweep(bytes.subarray(0, 39), "s.bin"),
    SyntaxError,
    '"s.bin" at byte 39: it has 39',
  );
  assertThrows(() => readSweep(new Uint8Array(0)), SyntaxError, "0 bytes");
  points[7] = NaN;
  assertThrows(() => readSweep(bytes), SyntaxError, "at byte 28: point 1 holds NaN");
});
