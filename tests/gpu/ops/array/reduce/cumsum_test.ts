import { assertEquals } from "@std/assert";
import { cumsum } from "../../../../../gpu/ops/array/reduce/cumsum.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { cumsum as reference } from "../../../../reference/array/rows.ts";
import { checkOp, gpuTest, noiseArray } from "../../../../support.ts";

for (
  const [shape, axis] of [
    [[1], 0],
    [[7], 0],
    [[3, 5, 2], 1],
    [[131, 3], 0],
    [[2, 129], -1],
    [[8500], 0],
  ] as [number[], number][]
) {
  for (const exclusive of [false, true]) {
    for (const reverse of [false, true]) {
      const options = { exclusive, reverse };
      gpuTest(
        `cumsum of [${shape}] along ${axis} ${JSON.stringify(options)}`,
        (gpu) =>
          checkOp(gpu, {
            inputs: [noiseArray(1, shape)],
            op: (x) => cumsum(x, axis, options),
            reference: shape[0]! > 1000
              ? fast(options)
              : (x) => reference(x, axis < 0 ? 1 : axis, options),
            samples: 8,
            // Central differences of thousands of sums lose digits; the gradient is exact in sign and size.
            gradientTolerance: { atol: 1e-3, rtol: 1e-3 },
          }),
      );
    }
  }
}

/** One long line in linear time. */
function fast({ exclusive, reverse }: { exclusive: boolean; reverse: boolean }) {
  return (x: { shape: number[]; data: Float64Array }) => {
    const data = new Float64Array(x.data.length);
    let sum = 0;
    for (let n = 0; n < data.length; n++) {
      const i = reverse ? data.length - 1 - n : n;
      data[i] = exclusive ? sum : sum + x.data[i]!;
      sum += x.data[i]!;
    }
    return { shape: x.shape, data };
  };
}

gpuTest("cumsum of nothing", async (gpu) => {
  assertEquals((await cumsum(Tensor.zeros(gpu, [0, 3]), 0).read()).length, 0);
});
