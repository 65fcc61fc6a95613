import { assertEquals } from "@std/assert";
import { bindable, runsOf } from "../../../gpu/binding/limit.ts";
import { inElements, inRows } from "../../../gpu/binding/rows.ts";
import { copyOf } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { gpuTest } from "../../support.ts";

gpuTest("a window of a tensor without rows is empty", (gpu) => {
  const window = Tensor.empty(gpu, [0, 3]).window(0, 0);
  assertEquals([window.byteOffset, window.size, ...window.shape], [0, 0, 0, 3]);
});

const count = (from: number, length: number) => Float32Array.from({ length }, (_, i) => from + i);

/** Bytes of the smallest windows that still hold a step of what is bound. */
const NARROW = { tuning: { mostBound: 8192 } };

gpuTest("elements in windows cover a tensor in order, each once", async (gpu) => {
  const x = Tensor.from(gpu, count(0, 5000));
  const seen: [number, number][] = [];
  const copies: Tensor[] = [];
  inElements({ x }, ({ x }, count, first) => {
    seen.push([first, count]);
    copies.push(copyOf(x));
  });
  assertEquals(seen, [[0, 2048], [2048, 2048], [4096, 904]]);
  const read = await Promise.all(copies.map((copy) => copy.read("f32")));
  assertEquals(read.flatMap((values) => [...values]), [...count(0, 5000)]);
}, NARROW);

gpuTest("rows of several tensors stay together, whatever their shapes and types", (gpu) => {
  const rows = 700;
  const tensors = {
    wide: Tensor.zeros(gpu, [rows, 5]),
    planes: Tensor.zeros(gpu, [35, 20, 2], "u32"),
    bytes: Tensor.zeros(gpu, [rows, 3], "u8"),
    absent: Tensor.zeros(gpu, [1]),
  };
  const seen: number[][] = [];
  inRows(rows, tensors, ({ wide, planes, bytes, absent }, count, first) => {
    assertEquals(absent, tensors.absent);
    assertEquals([wide.size, planes.size, bytes.size], [5 * count, 2 * count, 3 * count]);
    assertEquals([wide.byteOffset, planes.byteOffset], [20 * first, 8 * first]);
    assertEquals([wide, planes, bytes].map(({ byteOffset }) => byteOffset % 256), [0, 0, 0]);
    seen.push([first, count]);
  });
  // 8192 bytes hold 409 rows of 20 bytes; the bytes ask for steps of 256.
  assertEquals(seen, [[0, 256], [256, 256], [512, 188]]);
}, NARROW);

gpuTest("what fits is handed on as it is, and no rows are one empty run", (gpu) => {
  const x = Tensor.zeros(gpu, [4, 3]);
  const empty = Tensor.zeros(gpu, [0, 3]);
  const seen: unknown[] = [];
  inRows(4, { x }, ({ x: piece }, ...where) => seen.push(piece === x, where));
  inRows(0, { empty }, ({ empty: piece }, ...where) => seen.push(piece === empty, where));
  assertEquals(seen, [true, [4, 0], true, [0, 0]]);
});

gpuTest("a row too long for a binding is bound all the same", (gpu) => {
  assertEquals([bindable(gpu, 100_000), bindable(gpu, 100_000, 64), bindable(gpu)], [1, 64, 2048]);
}, NARROW);

Deno.test("runs cover what there is", () => {
  const runs = (count: number, most: number) =>
    [...runsOf(count, most)].map((run) => [run.first, run.count]);
  assertEquals(runs(0, 3), []);
  assertEquals(runs(3, 3), [[0, 3]]);
  assertEquals(runs(7, 3), [[0, 3], [3, 3], [6, 1]]);
});
