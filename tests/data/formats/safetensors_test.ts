import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import type { NdArray } from "../../../data/formats/nd_array.ts";
import {
  encodeSafetensors,
  readSafetensors,
  readSafetensorsHeader,
  writeSafetensors,
} from "../../../data/formats/safetensors.ts";

const TENSORS = new Map<string, NdArray>([
  ["flag", { dtype: "bool", shape: [3], data: Uint8Array.of(1, 0, 1) }],
  ["weight", { dtype: "float32", shape: [2, 2], data: Float32Array.of(1, 2, 3, NaN) }],
  ["half", { dtype: "float16", shape: [2], data: Float32Array.of(0.5, -2) }],
  ["brain", { dtype: "bfloat16", shape: [2], data: Float32Array.of(1.5, Infinity) }],
  ["steps", { dtype: "int64", shape: [], data: BigInt64Array.of(7n) }],
  ["none", { dtype: "float64", shape: [0, 4], data: new Float64Array() }],
  ["wave", { dtype: "complex64", shape: [1], data: Float32Array.of(1, -1) }],
]);

function fileOf(header: unknown, dataLength: number): Uint8Array {
  const text = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + text.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

Deno.test("encodeSafetensors and readSafetensors return tensors and metadata unchanged", () => {
  const metadata = { preset: "nuscenes", "__proto__x": "1" };
  const read = readSafetensors(encodeSafetensors(TENSORS, metadata));
  assertEquals(new Set(read.tensors), new Set(TENSORS));
  assertEquals({ ...read.metadata }, metadata);
});

Deno.test("tensors share the memory of the file", () => {
  const bytes = encodeSafetensors(TENSORS);
  const { tensors } = readSafetensors(bytes);
  assertStrictEquals(tensors.get("weight")!.data.buffer, bytes.buffer);
  assertStrictEquals(tensors.get("steps")!.data.buffer, bytes.buffer);
});

Deno.test("writeSafetensors writes a file whose header can be read alone", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = join(folder, "a.safetensors");
    writeSafetensors(path, TENSORS, { a: "b" });
    assertEquals(readSafetensors(path).tensors.get("weight"), TENSORS.get("weight"));
    const { tensors, metadata } = readSafetensorsHeader(path);
    assertEquals(tensors.get("weight")!.shape, [2, 2]);
    assertEquals({ ...metadata }, { a: "b" });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("bfloat16 rounds to nearest even and keeps NaN", () => {
  const data = Float32Array.of(1 + 2 ** -8, 1 + 3 * 2 ** -8, NaN, 3.4e38);
  const bytes = encodeSafetensors([["x", { dtype: "bfloat16", shape: [4], data }]]);
  assertEquals(
    readSafetensors(bytes).tensors.get("x")!.data,
    Float32Array.of(1, 1 + 2 ** -6, NaN, Infinity),
  );
});

Deno.test("eight-bit floats are read", () => {
  const header = {
    a: { dtype: "F8_E4M3", shape: [4], data_offsets: [0, 4] },
    b: { dtype: "F8_E5M2", shape: [4], data_offsets: [4, 8] },
  };
  const bytes = fileOf(header, 8);
  bytes.set([0x38, 0x7e, 0x01, 0xff, 0x3c, 0x7c, 0x81, 0x7f], bytes.length - 8);
  const { tensors } = readSafetensors(bytes);
  assertEquals(tensors.get("a")!.data, Float32Array.of(1, 448, 2 ** -9, NaN));
  assertEquals(tensors.get("b")!.data, Float32Array.of(1, Infinity, -(2 ** -16), NaN));
});

Deno.test("a header that does not fit the file is refused before anything is allocated", () => {
  const f32 = (begin: number, end: number, shape: number[]) => ({
    dtype: "F32",
    shape,
    data_offsets: [begin, end],
  });
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(4), "4 of them are missing"],
    [new Uint8Array(8).fill(255), "the header has"],
    [fileOf("[]", 0), "does not start with {"],
    [fileOf(" {}", 0), "does not start with {"],
    [fileOf("\ufeff{}", 0), "does not start with {"],
    [
      fileOf(
        '{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}',
        0,
      ),
      'has "a" twice',
    ],
    [
      fileOf(
        '{"\\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a" :{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}',
        0,
      ),
      'has "a" twice',
    ],
    [fileOf('{"__metadata__":{"k":"1","k":"2"}}', 0), 'has "k" twice'],
    [
      fileOf('{"a":{"dtype":"U8","dtype":"I8","shape":[0],"data_offsets":[0,0]}}', 0),
      'has "dtype" twice',
    ],
    [fileOf("{}x", 0), "at byte 8"],
    [fileOf("{", 0), "at byte 8"],
    [fileOf({ a: f32(0, 8, [2]) }, 4), "the tensors end at 8 of the data, the file at 4"],
    [fileOf({ a: f32(0, 4, [1]) }, 8), "the tensors end at 4"],
    [fileOf({ a: f32(0, 4, [1]), b: f32(0, 4, [1]) }, 8), '"b" begins at 0 of the data'],
    [fileOf({ a: f32(4, 8, [1]) }, 8), '"a" begins at 4'],
    [fileOf({ a: f32(0, 4, [2]) }, 4), "needs 8 bytes"],
    [fileOf({ a: f32(0, 4, [2 ** 40, 2 ** 40]) }, 4), "too large to count"],
    [fileOf({ a: f32(0, 4, [-1]) }, 4), "has the size -1"],
    [fileOf({ a: f32(0.5, 4.5, [1]) }, 4), "lies from 0.5"],
    [fileOf({ a: { dtype: "F99", shape: [], data_offsets: [0, 0] } }, 0), 'unknown dtype "F99"'],
    [fileOf({ a: 3 }, 0), '"a" is not an object'],
    [fileOf({ __metadata__: { x: 1 } }, 0), 'metadata "x"'],
    [fileOf("[".repeat(50_000), 0), "at byte 8"],
  ];
  for (const [bytes, message] of cases) {
    const error = assertThrows(
      () => readSafetensors(bytes, { file: "a.safetensors" }),
      SyntaxError,
      message,
    );
    assertEquals(error.message.startsWith('Cannot read "a.safetensors" at byte '), true);
  }
});

Deno.test("encodeSafetensors refuses what the format cannot hold", () => {
  const dates: NdArray = { dtype: "datetime64[s]", shape: [0], data: new BigInt64Array() };
  assertThrows(() => encodeSafetensors([["d", dates]]), TypeError, "no dtype datetime64[s]");
  const short: NdArray = { dtype: "float32", shape: [2], data: new Float32Array(1) };
  assertThrows(() => encodeSafetensors([["s", short]]), RangeError, 'write "s"');
});
