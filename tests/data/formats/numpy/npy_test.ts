import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { DType, TypedArray } from "../../../../data/formats/dtype.ts";
import { decodeBase64 } from "@std/encoding/base64";
import {
  narrowIntegers,
  type NdArray,
  type ObjectArray,
} from "../../../../data/formats/nd_array.ts";
import { readAnyNpy, readNpy, writeNpy } from "../../../../data/formats/numpy/npy.ts";

const ARRAYS: [DType, TypedArray, number[]][] = [
  ["bool", Uint8Array.of(0, 1, 1), [3]],
  ["int8", Int8Array.of(-128, 127), [2, 1]],
  ["uint8", Uint8Array.of(0, 255), [2]],
  ["int16", Int16Array.of(-32768, 32767), [2]],
  ["uint16", Uint16Array.of(65535, 1, 2, 3, 4, 5), [1, 2, 3]],
  ["int32", Int32Array.of(-(2 ** 31)), []],
  ["uint32", Uint32Array.of(2 ** 32 - 1), [1]],
  ["int64", BigInt64Array.of(-(2n ** 63n), 5n), [2]],
  ["uint64", BigUint64Array.of(2n ** 64n - 1n), [1]],
  ["float16", Float32Array.of(0.5, 65504, -Infinity, NaN), [4]],
  ["float32", Float32Array.of(Math.fround(0.1), -0, NaN), [3]],
  ["float64", Float64Array.of(0.1, Infinity), [2]],
  ["complex64", Float32Array.of(1, -1, 2, -2), [2]],
  ["complex128", Float64Array.of(1, -1), [1, 1]],
  ["datetime64[ns]", BigInt64Array.of(1n), [1]],
  ["timedelta64[25s]", BigInt64Array.of(-1n), [1]],
  ["float32", new Float32Array(0), [3, 0, 2]],
];

/** Builds an npy file of any header, to test what the writer never writes. */
function npyOf(version: number, header: string, data: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(header);
  const wide = version > 1;
  const head = new Uint8Array(wide ? 12 : 10);
  head.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(head.buffer);
  if (wide) view.setUint32(8, text.length, true);
  else view.setUint16(8, text.length, true);
  return Uint8Array.of(...head, ...text, ...data);
}

function npyHeader(descr: string, shape: string, fortran = "False"): string {
  return `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}}`;
}

Deno.test("writeNpy and readNpy return every dtype unchanged", () => {
  for (const [dtype, data, shape] of ARRAYS) {
    assertEquals(readNpy(writeNpy({ dtype, data, shape })), { dtype, data, shape });
  }
});

Deno.test("readNpy shares aligned memory and copies misaligned data", () => {
  const bytes = writeNpy({ dtype: "float32", data: Float32Array.of(1, 2), shape: [2] });
  assertStrictEquals(readNpy(bytes).data.buffer, bytes.buffer);
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  assertEquals(readNpy(shifted.subarray(1)).data, Float32Array.of(1, 2));
});

Deno.test("readNpy reads big-endian and Fortran order into C order", () => {
  const bytes = Uint8Array.of(0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6);
  for (const version of [1, 2, 3]) {
    const file = npyOf(version, npyHeader("'>i2'", "(2L, 3L)", "True"), bytes);
    const array: NdArray = { dtype: "int16", data: Int16Array.of(1, 3, 5, 2, 4, 6), shape: [2, 3] };
    assertEquals(readNpy(file), array);
  }
});

Deno.test("readAnyNpy reads text and takes structs apart", () => {
  const text = { dtype: "str" as const, data: ["", "é😀", "abc"], shape: [3] };
  assertEquals(readAnyNpy(writeNpy(text)), text);
  const narrow = { dtype: "bytes" as const, data: ["ab", "", "\xff", "x"], shape: [2, 2] };
  assertEquals(readAnyNpy(writeNpy(narrow)), narrow);

  const descr = "[('a', '<u2'), ('', '|V1'), ('b', '|u1', (2,)), ('c', [('d', '>u2')])]";
  const record = [1, 0, 9, 2, 3, 0, 4];
  const file = npyOf(1, npyHeader(descr, "(2,)"), Uint8Array.of(...record, ...record));
  assertEquals(readAnyNpy(file), {
    dtype: "struct",
    shape: [2],
    fields: {
      a: { dtype: "uint16", data: Uint16Array.of(1, 1), shape: [2] },
      b: { dtype: "uint8", data: Uint8Array.of(2, 3, 2, 3), shape: [2, 2] },
      c: {
        dtype: "struct",
        shape: [2],
        fields: { d: { dtype: "uint16", data: Uint16Array.of(4, 4), shape: [2] } },
      },
    },
  });
  assertThrows(() => readNpy(file), TypeError, "its dtype is struct");
});

Deno.test("readAnyNpy puts text and structs of Fortran order into C order", () => {
  const letters = new TextEncoder().encode("adbecf");
  const text = readAnyNpy(npyOf(1, npyHeader("'|S1'", "(2, 3)", "True"), letters));
  assertEquals(text, { dtype: "bytes", shape: [2, 3], data: ["a", "b", "c", "d", "e", "f"] });
  const header = npyHeader("[('x', '|u1'), ('y', '|u1', (2,))]", "(2, 2)", "True");
  const records = Uint8Array.of(0, 1, 2, 20, 21, 22, 10, 11, 12, 30, 31, 32);
  assertEquals(readAnyNpy(npyOf(1, header, records)), {
    dtype: "struct",
    shape: [2, 2],
    fields: {
      x: { dtype: "uint8", shape: [2, 2], data: Uint8Array.of(0, 10, 20, 30) },
      y: { dtype: "uint8", shape: [2, 2, 2], data: Uint8Array.of(1, 2, 11, 12, 21, 22, 31, 32) },
    },
  });
});

Deno.test("readNpy names file and byte of what is wrong", () => {
  const good = writeNpy({ dtype: "float64", data: new Float64Array(4), shape: [4] });
  const cases: [Uint8Array, string][] = [
    [good.subarray(0, 5), 'Cannot read "a.npy" at byte 0: it does not start'],
    [good.subarray(0, 9), 'Cannot read "a.npy" at byte 9: the file ends inside its header'],
    [good.subarray(0, 99), "at byte 8: the header has 118 bytes, only 89 follow"],
    [good.subarray(0, 130), "at byte 128: shape [4] needs 32 bytes, only 2 are there"],
    [npyOf(9, "", new Uint8Array()), "npy version 9 is not known"],
    [npyOf(1, npyHeader("'<f8'", "(-1,)"), new Uint8Array()), "has the size -1"],
    [npyOf(1, npyHeader("'<f8'", `(${2 ** 40}, ${2 ** 40})`), new Uint8Array()), "too large"],
    [npyOf(1, npyHeader("'|S0'", `(${2 ** 40},)`), new Uint8Array()), "items of no size"],
    [npyOf(1, npyHeader("'<f16'", "(1,)"), new Uint8Array(16)), '"<f16" is not supported'],
    [npyOf(1, "[".repeat(9000), new Uint8Array()), "nests too deeply"],
    [npyOf(1, "os.system('x')", new Uint8Array()), "not a Python literal"],
    [npyOf(1, npyHeader("'<U1'", "(1,)"), Uint8Array.of(0, 0, 0x11, 0)), "Invalid code point"],
  ];
  for (const [bytes, message] of cases) {
    assertThrows(() => readNpy(bytes, { file: "a.npy" }), SyntaxError, message);
  }
});

Deno.test("writeNpy refuses data that do not fit shape or dtype", () => {
  const data = new Float32Array(3);
  assertThrows(() => writeNpy({ dtype: "float32", data, shape: [2] }), RangeError, "must have 2");
  assertThrows(() => writeNpy({ dtype: "int32", data, shape: [3] }), TypeError, "Int32Array");
  assertThrows(() => writeNpy({ dtype: "bfloat16", data, shape: [3] }), TypeError, "no dtype");
});

Deno.test("narrowIntegers picks the smallest exact array", () => {
  const narrow = (data: TypedArray, dtype: DType) =>
    narrowIntegers({ data, dtype, shape: [2] }).data;
  assertEquals(
    narrow(BigInt64Array.of(-5n, 2n ** 31n - 1n), "int64"),
    Int32Array.of(-5, 2 ** 31 - 1),
  );
  assertEquals(narrow(BigInt64Array.of(-5n, 2n ** 31n), "int64"), Float64Array.of(-5, 2 ** 31));
  assertEquals(narrow(BigUint64Array.of(7n, 2n ** 31n), "uint64"), Float64Array.of(7, 2 ** 31));
  assertEquals(narrow(BigUint64Array.of(7n, 9n), "uint64"), Int32Array.of(7, 9));
  assertThrows(() => narrow(BigInt64Array.of(0n, 2n ** 53n), "int64"), RangeError, "entry 1");
});

Deno.test("object arrays are read as data, in C order", () => {
  // numpy.save of [1, "zwei", None, [3.5]] and, in Fortran order, of [[1, 2], ["a", "b"]].
  const list =
    "k05VTVBZAQB2AHsnZGVzY3InOiAnfE8nLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoNCwpLCB9" +
    "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAqABJWgAAAAAAAAAI" +
    "wWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKU" +
    "KEsBSwSFlGgDjAVkdHlwZZSTlIwCTziUiYiHlFKUKEsDjAF8lE5OTkr/////Sv////9LP3SUYoldlChLAYwEendlaZROXZRHQA" +
    "wAAAAAAABhZXSUYi4=";
  const grid =
    "k05VTVBZAQB2AHsnZGVzY3InOiAnfE8nLCAnZm9ydHJhbl9vcmRlcic6IFRydWUsICdzaGFwZSc6ICgyLCAyKSwg" +
    "fSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAqABJWYAAAAAAAAAI" +
    "wWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKU" +
    "KEsBSwJLAoaUaAOMBWR0eXBllJOUjAJPOJSJiIeUUpQoSwOMAXyUTk5OSv////9K/////0s/dJRiiF2UKEsBSwKMAWGUjAFilG" +
    "V0lGIu";
  const read = (base64: string) => readAnyNpy(decodeBase64(base64));
  assertEquals(read(list), { shape: [4], dtype: "object", data: [1, "zwei", null, [3.5]] });
  const { shape, data } = read(grid) as ObjectArray;
  assertEquals([shape, data], [[2, 2], [1, 2, "a", "b"]]);
  const cut = decodeBase64(list).subarray(0, 200);
  assertThrows(
    () => readAnyNpy(cut, { file: "x.npy" }),
    SyntaxError,
    `Cannot read "x.npy" at byte`,
  );
});
