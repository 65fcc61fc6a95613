// reference: typed arrays' own set, row by row
import { assertEquals, assertThrows } from "@std/assert";
import { putRows } from "../../../../../gpu/ops/array/rows/put_rows.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { gpuTest, noise } from "../../../../support.ts";

const CASES:
  readonly (readonly [rows: number, axes: readonly number[], index: readonly number[]])[] = [
    [1, [], [0]],
    [7, [3], [6, 0, 3]],
    [5, [15, 3], [4, 1, 4, 9]],
    [300, [], Array.from({ length: 150 }, (_, i) => 2 * i)],
    [4, [2], []],
  ];

for (const bound of [Infinity, 4096]) {
  for (const [rows, axes, index] of CASES) {
    gpuTest(`putRows of ${index.length} into [${[rows, ...axes]}], bound ${bound}`, async (gpu) => {
      const { limits } = gpu;
      const whole = limits.maxStorageBufferBindingSize;
      const width = axes.reduce((a, b) => a * b, 1);
      const data = Float32Array.from(noise(1, rows * width));
      const values = Float32Array.from(noise(2, index.length * width));
      // Of a row named twice the values are equal.
      index.forEach((row, i) => {
        const first = index.indexOf(row);
        values.copyWithin(i * width, first * width, (first + 1) * width);
      });
      const x = Tensor.from(gpu, data, [rows, ...axes]);
      const put = Tensor.from(gpu, values, [index.length, ...axes]);
      const at = Tensor.from(gpu, Uint32Array.from(index));
      (limits as { maxStorageBufferBindingSize: number }).maxStorageBufferBindingSize = Math.min(
        whole,
        bound,
      );
      try {
        putRows(x, at, put);
      } finally {
        (limits as { maxStorageBufferBindingSize: number }).maxStorageBufferBindingSize = whole;
      }
      index.forEach((row, i) => {
        if (row < rows) data.set(values.subarray(i * width, (i + 1) * width), row * width);
      });
      assertEquals(await x.read("f32"), data);
    });
  }
}

gpuTest("putRows wants rows of the tensor's shape and type", (gpu) => {
  const x = Tensor.zeros(gpu, [4, 3]);
  const index = Tensor.zeros(gpu, [2], "u32");
  assertThrows(() => putRows(x, index, Tensor.zeros(gpu, [2, 2])), RangeError, "f32 [2,3]");
  assertThrows(() => putRows(x, index, Tensor.zeros(gpu, [2, 3], "u32")), RangeError, "got u32");
  assertThrows(() => putRows(x, Tensor.zeros(gpu, [2]), x), TypeError, '"index" must be u32');
});
