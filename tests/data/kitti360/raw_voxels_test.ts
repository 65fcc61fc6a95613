import { assertEquals, assertThrows } from "@std/assert";
import {
  classesOfRaw,
  RAW_VOXELS,
  readInvalid,
  readOccupied,
  readRawLabels,
} from "../../../data/kitti360/raw_voxels.ts";
import { readPreprocessed } from "../../../data/kitti360/labels.ts";
import { writeNpy } from "../../../data/formats/numpy/npy.ts";

/** Classes by raw id as SSCBench's configuration has them (specification, 3). */
const CLASSES: Readonly<Record<number, readonly number[]>> = {
  1: [10, 252],
  2: [11],
  3: [15],
  4: [18, 258],
  5: [13, 16, 20, 256, 257, 259],
  6: [30, 254],
  7: [40, 60],
  8: [44],
  9: [48],
  10: [49],
  11: [50],
  12: [51],
  13: [70],
  14: [72],
  15: [80],
  16: [81],
  17: [52],
  18: [99],
  255: [1, 31, 32, 71, 253, 255],
};

Deno.test("every raw id has its class, seen or not; what is free and unseen says nothing", () => {
  const table = Object.entries(CLASSES).flatMap(([label, ids]) =>
    ids.map((id) => [id, Number(label)] as const)
  );
  const ids = Uint16Array.from([...table.map(([id]) => id), 0, 0]);
  const expected = Uint8Array.from([...table.map(([, label]) => label), 0, 255]);
  const seen = new Uint8Array(ids.length).fill(0);
  seen[ids.length - 1] = 1;
  assertEquals(classesOfRaw(ids, seen), expected);
  // A labelled voxel was seen, whatever "invalid" says.
  const none = new Uint8Array(ids.length).fill(1);
  assertEquals(classesOfRaw(ids, none).slice(0, table.length), expected.slice(0, table.length));
});

Deno.test("raw files are read by their sizes; wrong ones are refused by file, byte and value", () => {
  const packed = new Uint8Array(RAW_VOXELS / 8);
  packed[0] = 0b1000_0001;
  packed[1] = 0b0100_0000;
  const occupied = readOccupied(packed, "a.bin");
  assertEquals([...occupied.subarray(0, 16)], [1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
  assertEquals(readOccupied(new Uint8Array(RAW_VOXELS).fill(7, 1, 2), "a.bin").indexOf(1), 1);
  const label = new Uint8Array(2 * RAW_VOXELS);
  // Little-endian: 259, a moving vehicle of another kind.
  label.set([3, 1], 4);
  assertEquals(readRawLabels(label, "a.label")[2], 259);
  const cases: [() => unknown, string][] = [
    [
      () => readRawLabels(label.subarray(2), "a.label"),
      `"a.label" at byte 4194302: it has 4194302`,
    ],
    [() => readInvalid(packed, "a.invalid"), "a byte a voxel of 256x256x32 is right"],
    [() => readOccupied(packed.subarray(1), "a.bin"), "a byte or a bit a voxel"],
    [() => readRawLabels(label.with(4, 4), "a.label"), "voxel 2 has id 260"],
    [() => readInvalid(new Uint8Array(RAW_VOXELS).fill(2, 3, 4), "a.invalid"), "voxel 3 has 2"],
  ];
  for (const [read, message] of cases) {
    assertThrows(read, SyntaxError, message);
  }
});

Deno.test("preprocessed labels are classes in any kind of number; others are refused by voxel", () => {
  const shape = [256, 256, 32];
  const write = (dtype: "float32" | "uint8" | "int64", value: number, grid = shape) => {
    const data = { float32: Float32Array, uint8: Uint8Array, int64: BigInt64Array }[dtype];
    const values = new data(RAW_VOXELS);
    values[5] = (dtype === "int64" ? BigInt(value) : value) as never;
    return readPreprocessed(writeNpy({ dtype, shape: grid, data: values }), "a.npy");
  };
  for (const dtype of ["float32", "uint8", "int64"] as const) {
    const { labels, mask } = write(dtype, 18);
    assertEquals([labels[5], mask[5], mask[6]], [18, 1, 1]);
  }
  const ignored = write("float32", 255);
  assertEquals([ignored.labels[5], ignored.mask[5]], [255, 0]);
  assertThrows(() => write("float32", 19), SyntaxError, "voxel 5 has class 19 (float32)");
  assertThrows(() => write("float32", 3.5), SyntaxError, "voxel 5 has class 3.5");
  assertThrows(() => write("float32", NaN), SyntaxError, "voxel 5 has class NaN");
  assertThrows(() => write("uint8", 1, [32, 256, 256]), SyntaxError, "is [32,256,256], that of");
});
