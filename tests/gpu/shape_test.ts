import { assertEquals, assertThrows } from "@std/assert";
import { checkShapes } from "../../gpu/shape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { gpuTest } from "../support.ts";

gpuTest("sizes go by the names of axes, and only by those", (gpu) => {
  const x = Tensor.zeros(gpu, [2, 3, 4]);
  const weight = Tensor.zeros(gpu, [5, 4]);
  const sizes = checkShapes("op", {
    x: [x, "...", "inputs"],
    weight: [weight, "outputs", "inputs"],
    bias: [null, "outputs"],
  });
  assertEquals([sizes.leading, sizes.inputs, sizes.outputs], [6, 4, 5]);
  // @ts-expect-error a misspelt axis does not compile
  assertEquals(sizes.input, undefined);
  const { rows } = checkShapes("op", { weight: [weight, "rows", 4] });
  assertEquals(rows, 5);
  // @ts-expect-error nothing is left open, so there is nothing leading
  assertEquals(checkShapes("op", { weight: [weight, "rows", 4] }).leading, undefined);
});

gpuTest("what does not fit is named, with the sizes known so far", (gpu) => {
  const x = Tensor.zeros(gpu, [2, 3]);
  assertThrows(
    () => checkShapes("op", { x: [x, "rows", "columns"], y: [x, "columns", "rows"] }),
    RangeError,
    'Cannot run op: "y" must be [columns=3, rows=2], got [2, 3]',
  );
  assertThrows(() => checkShapes("op", { x: [x, "rows"] }), RangeError, '"x" must be [rows]');
  assertThrows(() => checkShapes("op", { x: [x, "...", 4] }), RangeError, '"x" must be [..., 4]');
});
