import { assertEquals } from "@std/assert";
import {
  contiguousStrides,
  copyStrided,
  fortranStrides,
  isContiguous,
  type StridedLayout,
} from "../../../data/formats/strided.ts";

function copied(source: number[], layout: StridedLayout, size: number): number[] {
  const target = new Array<number>(size).fill(-1);
  copyStrided(source, target, layout);
  return target;
}

Deno.test("strides of both orders", () => {
  assertEquals(contiguousStrides([2, 3, 4]), [12, 4, 1]);
  assertEquals(fortranStrides([2, 3, 4]), [1, 2, 6]);
  assertEquals(contiguousStrides([]), []);
});

Deno.test("isContiguous looks past axes of size 1 and empty arrays", () => {
  assertEquals(isContiguous({ shape: [2, 1, 3], strides: [3, 77, 1] }), true);
  assertEquals(isContiguous({ shape: [2, 3], strides: [1, 2] }), false);
  assertEquals(isContiguous({ shape: [0, 3], strides: [9, 9] }), true);
});

Deno.test("copyStrided transposes, repeats, skips and keeps pairs together", () => {
  const source = [0, 1, 2, 3, 4, 5];
  assertEquals(copied(source, { shape: [2, 3], strides: [1, 2] }, 6), [0, 2, 4, 1, 3, 5]);
  assertEquals(copied(source, { shape: [2, 2], strides: [0, 1], offset: 4 }, 4), [4, 5, 4, 5]);
  assertEquals(copied(source, { shape: [2], strides: [2], offset: 1 }, 2), [1, 3]);
  assertEquals(copied(source, { shape: [], strides: [], offset: 3 }, 1), [3]);
  assertEquals(copied(source, { shape: [0, 2], strides: [2, 1] }, 1), [-1]);
  assertEquals(copied(source, { shape: [2], strides: [2], width: 2 }, 4), [0, 1, 4, 5]);
  const cube = Array.from({ length: 24 }, (_, i) => i);
  const layout = { shape: [4, 3, 2], strides: [1, 4, 12] };
  assertEquals(copied(cube, layout, 24).slice(0, 8), [0, 12, 4, 16, 8, 20, 1, 13]);
});
