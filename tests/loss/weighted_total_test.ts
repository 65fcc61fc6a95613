import { assertThrows } from "@std/assert";
import { Tensor } from "../../gpu/tensor.ts";
import { weightedTotal } from "../../loss/weighted_total.ts";
import { checkOp, gpuTest } from "../support.ts";
import { scalar } from "../reference/loss/cross_entropy.ts";

gpuTest("weightedTotal", (gpu) =>
  checkOp(gpu, {
    inputs: [scalar(3), scalar(-2), scalar(0.5)],
    op: (a, b, c) => weightedTotal([[a, 10], [b, 1], [c, -0.25]]),
    reference: (a, b, c) => scalar(10 * a.data[0]! + b.data[0]! - 0.25 * c.data[0]!),
  }));

gpuTest("weightedTotal refuses what is not one number", (gpu) => {
  assertThrows(
    () => weightedTotal([[Tensor.zeros(gpu, [2]), 1]]),
    RangeError,
    "Cannot run weightedTotal: a loss is [2], each must be one number",
  );
  assertThrows(
    () => weightedTotal([]),
    RangeError,
    "Cannot run weightedTotal: there is no loss, each must be one number",
  );
});
