import { assertEquals, assertThrows } from "@std/assert";
import type { Gpu } from "../../../gpu/device.ts";
import { radixSort } from "../../../gpu/parallel/radix_sort.ts";
import { f32FromSortable, sortableFromF32 } from "../../../gpu/parallel/sortable.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { GRAPHICS } from "../../../gpu/tuning.ts";
import { argsort } from "../../reference/parallel/radix_sort.ts";
import { gpuTest, noise } from "../../support.ts";

function integers(seed: number, size: number, below: number): Uint32Array {
  return Uint32Array.from(noise(seed, size, 0, below), Math.floor);
}

async function checkSort(
  gpu: Gpu,
  size: number,
  options: { bits?: number; segments?: number; below?: number } = {},
): Promise<void> {
  const { bits = 32, segments = 1, below = 2 ** bits } = options;
  using _scope = gpu.scope();
  const keys = integers(size + bits, size, below);
  const values = integers(7, size, 2 ** 32);
  const order = argsort(keys, segments);
  const sorted = radixSort(Tensor.from(gpu, keys), Tensor.from(gpu, values), { bits, segments });
  assertEquals(await sorted.keys.read("u32"), order.map((i) => keys[i]!));
  assertEquals(await sorted.values.read("u32"), order.map((i) => values[i]!));
  const { values: positions } = radixSort(Tensor.from(gpu, keys), null, { bits, segments });
  assertEquals(await positions.read("u32"), order);
}

async function checkSorts(gpu: Gpu): Promise<void> {
  for (const size of [0, 1, 2, 4095, 4096, 4097, 30011]) await checkSort(gpu, size);
  // Few different keys: what counts is that equal ones keep their order.
  for (const below of [1, 2, 17]) await checkSort(gpu, 9001, { below });
  for (const bits of [0, 1, 4, 5, 9, 13, 17, 24]) await checkSort(gpu, 5003, { bits });
  for (const segments of [1, 2, 16]) {
    await checkSort(gpu, segments * 4999, { segments });
    await checkSort(gpu, segments * 3, { segments, bits: 6 });
  }
}

gpuTest("radixSort", checkSorts);
gpuTest("radixSort with the kernels for GPUs", checkSorts, { tuning: GRAPHICS });
gpuTest("radixSort without subgroups", checkSorts, { disable: ["subgroups"], tuning: GRAPHICS });

async function checkCounted(gpu: Gpu): Promise<void> {
  const keys = integers(5, 10000, 2 ** 32);
  for (const count of [0, 1, 4096, 5000, 10000, 20000]) {
    const known = keys.subarray(0, count);
    const order = argsort(known);
    const sorted = radixSort(Tensor.from(gpu, keys), null, {
      count: Tensor.from(gpu, new Uint32Array([count])),
    });
    assertEquals((await sorted.values.read("u32")).subarray(0, known.length), order);
    assertEquals(
      (await sorted.keys.read("u32")).subarray(0, known.length),
      order.map((i) => known[i]!),
    );
  }
}

/** Three segments, of which the last number counts for two. */
async function checkCountedSegments(gpu: Gpu): Promise<void> {
  const length = 5003;
  const keys = integers(6, 3 * length, 2 ** 32);
  for (const counts of [[5003, 17], [0, 4999, 4097], [2]]) {
    const sorted = radixSort(Tensor.from(gpu, keys), null, {
      segments: 3,
      count: Tensor.from(gpu, Uint32Array.from(counts)),
    });
    const positions = await sorted.values.read("u32");
    for (let segment = 0; segment < 3; segment++) {
      const first = segment * length;
      const end = first + (counts[segment] ?? counts.at(-1)!);
      const order = argsort(keys.subarray(first, end)).map((i) => first + i);
      assertEquals(positions.subarray(first, end), order, `segment ${segment} of ${counts}`);
    }
  }
}

gpuTest("radixSort of as many keys of each segment as the GPU says", checkCountedSegments);
gpuTest("the same with the kernels for GPUs", checkCountedSegments, { tuning: GRAPHICS });
gpuTest("radixSort of as many keys as the GPU says", checkCounted);
gpuTest("radixSort of counted keys with the kernels for GPUs", checkCounted, { tuning: GRAPHICS });

gpuTest("radixSort of a million pairs", async (gpu) => {
  const size = 1 << 20;
  const keys = new Uint32Array(size);
  for (let i = 0; i < size; i++) keys[i] = Math.imul(i + 1, 0x9e3779b1) >>> 0;
  const sorted = radixSort(Tensor.from(gpu, keys));
  const positions = await sorted.values.read("u32");
  const expected = keys.slice().sort();
  assertEquals(await sorted.keys.read("u32"), expected);
  assertEquals(positions.map((position) => keys[position]!), expected);
});

gpuTest("floats sort by their keys, both ways", async (gpu) => {
  const x = Float32Array.from([
    ...[0, -0, 1, -1, Infinity, -Infinity, 3e38, -3e38, 1e-40, -1e-40, 1e-30, -1e-30, NaN, -0, 0],
    ...noise(2, 500),
  ]);
  // Finite stand-ins, so that differences of infinities stay numbers.
  const rank = Array.from(
    x,
    (value) => Number.isNaN(value) ? 2e300 : Math.max(-1e300, Math.min(1e300, value)),
  );
  const input = Tensor.from(gpu, x);
  for (const descending of [false, true]) {
    const keys = sortableFromF32(input, { descending });
    const sorted = radixSort(keys);
    const order = argsort(descending ? rank.map((value) => -value) : rank);
    // assertEquals tells -0 from 0.
    assertEquals(await sorted.values.read("u32"), order);
    assertEquals(
      await f32FromSortable(sorted.keys, { descending }).read("f32"),
      Float32Array.from(order, (i) => x[i]! + 0),
    );
  }
});

gpuTest("radixSort says what is wrong", (gpu) => {
  const keys = Tensor.zeros(gpu, [6], "u32");
  assertThrows(() => radixSort(Tensor.zeros(gpu, [6])), TypeError, '"keys" must be u32, got f32');
  assertThrows(() => radixSort(keys, Tensor.zeros(gpu, [5], "u32")), RangeError, "5 values, 6");
  assertThrows(() => radixSort(keys, null, { bits: 33 }), RangeError, '"bits" is 33');
  assertThrows(() => radixSort(keys, null, { segments: 4 }), RangeError, "6 keys in 4 segments");
  assertThrows(() => radixSort(keys, null, { count: keys }), RangeError, "6 counts for 1 segments");
});
