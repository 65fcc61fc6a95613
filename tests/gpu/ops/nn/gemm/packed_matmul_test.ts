import { assertThrows } from "@std/assert";
import { packedMatmul } from "../../../../../gpu/ops/nn/gemm/packed_matmul.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { packedMatmul as reference } from "../../../../reference/nn/packed_matmul.ts";
import { checkOp, type F64, gpuTest, noiseArray } from "../../../../support.ts";

// x [batches, rows, columns]; the matrix begins after some numbers and some follow it.
for (
  const [batches, rows, columns, size, start, side] of [
    [1, 1, 1, 1, 0, "right"],
    [7, 5, 8, 8, 0, "right"],
    [3, 16, 12, 9, 5, "right"],
    [7, 8, 5, 8, 64, "left"],
    [3, 4, 33, 7, 3, "left"],
  ] as const
) {
  gpuTest(`packedMatmul ${batches} x [${rows}, ${columns}], ${size} on the ${side}`, (gpu) => {
    const matrix = { side, size, start };
    const width = start + size * (side === "right" ? columns : rows) + (start ? 2 : 0);
    return checkOp(gpu, {
      inputs: [noiseArray(1, [batches, rows, columns]), noiseArray(2, [batches, width])],
      op: (x: Tensor, packed: Tensor) => packedMatmul(x, packed, matrix),
      reference: (x: F64, packed: F64) => reference(x, packed, matrix),
    });
  });
}

gpuTest("packedMatmul says when the matrix does not lie in the row", (gpu) => {
  assertThrows(
    () =>
      packedMatmul(Tensor.zeros(gpu, [2, 3, 4]), Tensor.zeros(gpu, [2, 20]), {
        side: "right",
        size: 4,
        start: 5,
      }),
    RangeError,
    "Cannot run packedMatmul: 4 x 4 numbers from 5 on, a row has 20",
  );
});
