import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { deflateSync, zipSync } from "fflate";
import type { NdArray } from "../../../../data/formats/nd_array.ts";
import { readNpz, writeNpz } from "../../../../data/formats/numpy/npz.ts";
import { openZip } from "../../../../data/formats/zip/zip.ts";

const A: NdArray = { dtype: "float32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
const B: NdArray = { dtype: "int64", shape: [1], data: BigInt64Array.of(-1n) };

Deno.test("writeNpz and readNpz agree, stored and deflated, from memory and from disk", () => {
  for (const compress of [false, true]) {
    const bytes = writeNpz({ a: A, "deep/b": B }, { compress });
    const path = Deno.makeTempFileSync({ suffix: ".npz" });
    try {
      Deno.writeFileSync(path, bytes);
      for (const npz of [readNpz(bytes), readNpz(path)]) {
        assertEquals(npz.names, ["a", "deep/b"]);
        assertEquals(npz.has("b"), false);
        assertEquals(npz.get("a"), A);
        assertEquals(npz.getAny("deep/b"), B);
      }
    } finally {
      Deno.removeSync(path);
    }
  }
});

Deno.test("stored arrays of writeNpz are read without copying", () => {
  const bytes = writeNpz({ a: A, b: B });
  const npz = readNpz(bytes);
  assertStrictEquals(npz.get("a").data.buffer, bytes.buffer);
  assertStrictEquals(npz.get("b").data.buffer, bytes.buffer);
});

Deno.test("another zip writer's archive opens", () => {
  const text = new TextEncoder().encode("hello ".repeat(100));
  const bytes = zipSync({ "a.txt": text, "b.txt": [text, { level: 0 }] });
  const zip = openZip(bytes);
  assertEquals(zip.read("a.txt"), text);
  assertEquals(zip.read("b.txt"), text);
});

/** Moves sizes and offset of a one-member archive into zip64 records, as large files have them. */
function asZip64(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer);
  const end = bytes.length - 22;
  const start = view.getUint32(end + 16, true);
  const nameLength = view.getUint16(start + 28, true);
  const entry = new Uint8Array(46 + nameLength + 28);
  entry.set(bytes.subarray(start, start + 46 + nameLength));
  const entryView = new DataView(entry.buffer);
  const wide = [24, 20, 42].map((at) => entryView.getUint32(at, true));
  for (const at of [24, 20, 42]) entryView.setUint32(at, 0xffffffff, true);
  entryView.setUint16(30, 28, true);
  entryView.setUint16(46 + nameLength, 1, true);
  entryView.setUint16(48 + nameLength, 24, true);
  wide.forEach((value, i) => entryView.setBigUint64(50 + nameLength + 8 * i, BigInt(value), true));
  const record = new DataView(new ArrayBuffer(56 + 20 + 22));
  record.setUint32(0, 0x06064b50, true);
  record.setBigUint64(4, 44n, true);
  record.setBigUint64(24, 1n, true);
  record.setBigUint64(32, 1n, true);
  record.setBigUint64(40, BigInt(entry.length), true);
  record.setBigUint64(48, BigInt(start), true);
  record.setUint32(56, 0x07064b50, true);
  record.setBigUint64(64, BigInt(start + entry.length), true);
  record.setUint32(76, 0x06054b50, true);
  for (const at of [84, 86]) record.setUint16(at, 0xffff, true);
  for (const at of [88, 92]) record.setUint32(at, 0xffffffff, true);
  return Uint8Array.of(...bytes.subarray(0, start), ...entry, ...new Uint8Array(record.buffer));
}

Deno.test("zip64 archives open", () => {
  assertEquals(readNpz(asZip64(writeNpz({ a: A }, { compress: true }))).get("a"), A);
});

Deno.test("a bomb is refused before it inflates", () => {
  const bytes = writeNpz({ a: A }, { compress: true });
  const view = new DataView(bytes.buffer);
  const entry = view.getUint32(bytes.length - 6, true);
  view.setUint32(entry + 24, 2 ** 31, true);
  assertThrows(() => readNpz(bytes).get("a"), SyntaxError, "would inflate from");
  // An honest ratio of 1000 to 1 passes while it is small, and beyond the limit does not.
  const zeros: NdArray = { dtype: "uint8", shape: [2 ** 20], data: new Uint8Array(2 ** 20) };
  const small = writeNpz({ zeros }, { compress: true });
  assertEquals(readNpz(small).get("zeros").data.length, 2 ** 20);
  assertThrows(
    () => readNpz(small, { maxBytes: 2 ** 19 }).get("zeros"),
    SyntaxError,
    "the limit is",
  );
});

Deno.test("a stream longer than its entry says is refused", () => {
  const bytes = writeNpz({ a: A }, { compress: true });
  const view = new DataView(bytes.buffer);
  const entry = view.getUint32(bytes.length - 6, true);
  view.setUint32(entry + 24, 10, true);
  assertThrows(() => readNpz(bytes).get("a"), SyntaxError, "its entry says 10");
});

Deno.test("damage is found by CRC-32 and named", () => {
  const bytes = writeNpz({ a: A });
  bytes[64 + 128 + 3]! ^= 1;
  assertThrows(
    () => readNpz(bytes, { file: "x.npz" }).get("a"),
    SyntaxError,
    'Cannot read "x.npz" at byte 0: member "a.npy" is damaged',
  );
  assertThrows(() => readNpz(bytes).get("c"), RangeError, "the arrays there are a");
  assertThrows(() => readNpz(bytes.subarray(0, 270)), SyntaxError, "the archive is cut off");
  assertThrows(() => readNpz(new Uint8Array()), SyntaxError, "at byte 0");
});

Deno.test("unknown packing and broken deflate streams are refused", () => {
  const bytes = writeNpz({ a: A }, { compress: true });
  const view = new DataView(bytes.buffer);
  const entry = view.getUint32(bytes.length - 6, true);
  const broken = bytes.slice();
  broken[35] = 7;
  assertThrows(() => readNpz(broken).get("a"), SyntaxError, "cannot be inflated");
  view.setUint16(entry + 10, 12, true);
  assertThrows(() => readNpz(bytes).get("a"), SyntaxError, "packed by method 12");
});

Deno.test("deflated archives are smaller", () => {
  const zeros: NdArray = { dtype: "float32", shape: [4096], data: new Float32Array(4096) };
  const size = writeNpz({ zeros }, { compress: true }).length;
  assertEquals(size < 600 && size > deflateSync(new Uint8Array(4096)).length, true);
});
