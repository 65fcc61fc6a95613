import { assertEquals } from "@std/assert";
import { toNdarray } from "../../../data/formats/ndarray_view.ts";

Deno.test("toNdarray views the same memory", () => {
  const data = Float32Array.of(1, 2, 3, 4, 5, 6);
  const view = toNdarray({ dtype: "float32", data, shape: [2, 3] });
  assertEquals([view.shape, view.get(1, 0), view.transpose(1, 0).get(2, 1)], [[2, 3], 4, 6]);
  view.set(0, 1, 9);
  assertEquals(data[1], 9);
  assertEquals(view.pick(null, 1).lo(1).get(0), 5);
  assertEquals(toNdarray({ dtype: "complex64", data, shape: [3] }).shape, [3, 2]);
});
