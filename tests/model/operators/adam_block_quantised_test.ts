import { assertRejects } from "@std/assert";
import { adamBlockQuantised } from "../../../model/operators/adam_block_quantised.ts";
import { runOperator } from "../../../model/operators/operator.ts";
import { gpuTest } from "../../support.ts";

for (
  const [name, g1, g2, block, message] of [
    ["a moment that is no number", [1, NaN], [1, 1], 256, '"g1" is NaN at 1'],
    ["a second moment below 0", [1, 1], [-1, 1], 256, '"g2" is -1 at 0'],
    ["an empty block", [1, 1], [1, 1], 0, "blocks of 0 entries"],
  ] as const
) {
  gpuTest(`op run adam_block_quantised refuses ${name}`, async (gpu) => {
    const arrays = {
      g1: { shape: [2], data: g1 },
      g2: { shape: [2], data: g2 },
      block: { shape: [1], data: [block] },
    };
    await assertRejects(() => runOperator(gpu, adamBlockQuantised, arrays), RangeError, message);
  });
}
