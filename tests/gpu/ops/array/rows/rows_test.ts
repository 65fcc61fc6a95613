import { assertEquals, assertThrows } from "@std/assert";
import { gatherRows, takeRows } from "../../../../../gpu/ops/array/rows/gather_rows.ts";
import { scatterAddRows } from "../../../../../gpu/ops/array/rows/scatter_add_rows.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import * as references from "../../../../reference/array/rows.ts";
import { checkOp, gpuTest, noise, noiseArray } from "../../../../support.ts";

/** Seeded row numbers, some of them past the last row. */
function indices(count: number, rows: number): Uint32Array {
  return Uint32Array.from(noise(9, count, 0, rows + 1), Math.floor);
}

for (
  const [rows, width, count] of [
    [1, 1, 1],
    [5, 3, 17],
    [7, 8, 131],
    [300, 5, 70],
    [2, 64, 1000],
  ] as [number, number, number][]
) {
  const index = indices(count, rows);
  gpuTest(`gatherRows ${count} of [${rows}, ${width}]`, (gpu) =>
    checkOp(gpu, {
      inputs: [noiseArray(1, [rows, width])],
      op: (x) => gatherRows(x, Tensor.from(gpu, index)),
      reference: (x) => references.gatherRows(x, index),
    }));
  gpuTest(`scatterAddRows [${count}, ${width}] to ${rows}`, (gpu) =>
    checkOp(gpu, {
      inputs: [noiseArray(1, [count, width])],
      op: (x) => scatterAddRows(x, Tensor.from(gpu, index), rows),
      reference: (x) => references.scatterAddRows(x, index, rows),
    }));
}

gpuTest("rows of several axes, and an index past the rows", async (gpu) => {
  const x = Tensor.from(gpu, [1, 2, 3, 4], [2, 1, 2]);
  const y = gatherRows(x, Tensor.from(gpu, new Uint32Array([1, 0xffffffff, 0])));
  assertEquals([...y.shape], [3, 1, 2]);
  assertEquals([...await y.read("f32")], [3, 4, 0, 0, 1, 2]);
});

gpuTest("scattered sums have the same bits twice", async (gpu) => {
  const values = Tensor.from(gpu, Float32Array.from(noise(2, 30011)), [30011, 1]);
  const index = Tensor.from(gpu, indices(30011, 13));
  const run = () => scatterAddRows(values, index, 13).read();
  assertEquals(await run(), await run());
});

gpuTest("no rows, no indices", async (gpu) => {
  const none = Tensor.empty(gpu, [0], "u32");
  assertEquals((await gatherRows(Tensor.zeros(gpu, [3, 2]), none).read()).length, 0);
  assertEquals([...await scatterAddRows(Tensor.empty(gpu, [0, 2]), none, 2).read("f32")], [
    0,
    0,
    0,
    0,
  ]);
  const some = Tensor.from(gpu, new Uint32Array([0]));
  assertEquals([...await gatherRows(Tensor.zeros(gpu, [0, 2]), some).read("f32")], [0, 0]);
  assertThrows(
    () => gatherRows(Tensor.zeros(gpu, [3]), Tensor.zeros(gpu, [2])),
    TypeError,
    'Cannot run gatherRows: "index" must be u32 [n], got f32 [2]',
  );
});

gpuTest("gatherRows: more rows than one binding holds, on both sides", async (gpu) => {
  for (const width of [3, 4]) {
    const x = noiseArray(21, [3000, width]);
    const index = indices(2500, 3000);
    index[2499] = 0xffffffff;
    const expected = references.gatherRows(x, index);
    const y = takeRows(
      Tensor.from(gpu, Float32Array.from(x.data), x.shape),
      Tensor.from(gpu, index),
    );
    assertEquals(await y.read("f32"), Float32Array.from(expected.data));
  }
}, { tuning: { mostBound: 20_000 } });
