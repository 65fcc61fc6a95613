import { assertEquals, assertThrows } from "@std/assert";
import { segmentOffsets, segmentSum } from "../../../gpu/parallel/segments.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { segmentSum as reference } from "../../reference/parallel/segments.ts";
import { assertClose, gpuTest, noise, noiseArray, REDUCTION } from "../../support.ts";

function sortedKeys(seed: number, size: number, below: number): Uint32Array {
  return Uint32Array.from(noise(seed, size, 0, below), Math.floor).sort();
}

gpuTest("segmentOffsets", async (gpu) => {
  for (const [size, count] of [[0, 3], [1, 1], [500, 7], [500, 900], [5000, 1]] as const) {
    // Some keys lie behind all segments.
    const keys = sortedKeys(size, size, count + 2);
    const expected = Uint32Array.from(
      { length: count + 1 },
      (_, k) => keys.filter((key) => key < k).length,
    );
    assertEquals(await segmentOffsets(Tensor.from(gpu, keys), count).read("u32"), expected);
  }
});

for (
  const [rows, segments, channels] of [
    [0, 3, 5],
    [1, 1, 1],
    [1000, 1, 1],
    [1000, 7, 3],
    [200, 300, 131],
    [200, 300, 132],
    [9, 1, 8],
    [3000, 2, 20],
  ] as const
) {
  gpuTest(`segmentSum of ${rows} rows [${segments}, ${channels}]`, async (gpu) => {
    const values = noiseArray(rows, [rows, channels]);
    const keys = sortedKeys(4, rows, segments);
    const offsets = Uint32Array.from(
      { length: segments + 1 },
      (_, k) => keys.filter((key) => key < k).length,
    );
    const order = Uint32Array.from(noise(9, rows, 0, rows), Math.floor);
    const input = Tensor.from(gpu, Float32Array.from(values.data), values.shape);
    const ends = Tensor.from(gpu, offsets);
    const plain = segmentSum(input, ends);
    assertEquals(plain.shape, [segments, channels]);
    assertClose(await plain.read("f32"), reference(values, offsets).data, REDUCTION);
    const ordered = segmentSum(input, ends, { order: Tensor.from(gpu, order) });
    assertClose(await ordered.read("f32"), reference(values, offsets, order).data, REDUCTION);
  });
}

gpuTest("segmentSum says what is wrong", (gpu) => {
  const offsets = Tensor.zeros(gpu, [3], "u32");
  assertThrows(
    () => segmentSum(Tensor.zeros(gpu, [4]), offsets),
    RangeError,
    'Cannot run segmentSum: "values" must be [rows, channels], got [4]',
  );
});
