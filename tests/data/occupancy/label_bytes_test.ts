import { assertEquals, assertThrows } from "@std/assert";
import type { DType, TypedArray } from "../../../data/formats/dtype.ts";
import { labelBytes } from "../../../data/occupancy/label_bytes.ts";

const VALUES = [0, 17, 3, 18];
const kinds: [DType, TypedArray][] = [
  ["int8", Int8Array.from(VALUES)],
  ["uint8", Uint8Array.from(VALUES)],
  ["int16", Int16Array.from(VALUES)],
  ["uint16", Uint16Array.from(VALUES)],
  ["int32", Int32Array.from(VALUES)],
  ["uint32", Uint32Array.from(VALUES)],
  ["int64", BigInt64Array.from(VALUES, BigInt)],
  ["uint64", BigUint64Array.from(VALUES, BigInt)],
  ["float16", Float32Array.from(VALUES)],
  ["float32", Float32Array.from(VALUES)],
  ["float64", Float64Array.from(VALUES)],
];

Deno.test("whole numbers of every kind are labels", () => {
  for (const [dtype, data] of kinds) {
    const bytes = labelBytes({ shape: [4], dtype, data }, { file: "a.npy", most: 18 });
    assertEquals([...bytes], VALUES, dtype);
  }
});

Deno.test("what is no label is named with file, place and kind", () => {
  const broken: [DType, TypedArray, string][] = [
    ["int64", BigInt64Array.of(0n, -1n), "voxel 1 has class -1 (int64)"],
    ["int64", BigInt64Array.of(0n, 2n ** 60n), "entry 1 is 1152921504606846976"],
    ["uint64", BigUint64Array.of(2n ** 40n), "voxel 0 has class 1099511627776 (uint64)"],
    ["uint8", Uint8Array.of(3, 19), "voxel 1 has class 19 (uint8), whole numbers from 0 to 18"],
    ["float32", Float32Array.of(0.5), "voxel 0 has class 0.5 (float32)"],
    ["float64", Float64Array.of(NaN), "voxel 0 has class NaN (float64)"],
    ["complex64", Float32Array.of(1, 0), "its numbers are complex64"],
  ];
  for (const [dtype, data, message] of broken) {
    const error = assertThrows(
      () => labelBytes({ shape: [data.length], dtype, data }, { file: "a.npy", most: 18 }),
      SyntaxError,
    );
    assertEquals(error.message.includes('Cannot read "a.npy"'), true, error.message);
    assertEquals(error.message.includes(message), true, error.message);
  }
});
