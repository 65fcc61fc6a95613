import { Tensor } from "../../../gpu/tensor.ts";
import { ordinalLoss } from "../../../loss/depth/ordinal.ts";
import { ordinal } from "../../reference/loss/depth.ts";
import { checkOp, type F64, gpuTest, noise, noiseArray } from "../../support.ts";

for (const [shape, pairs] of [[[1, 7], 3], [[13, 11], 200]] as const) {
  for (const masked of [false, true]) {
    gpuTest(
      `ordinalLoss over [${shape}], ${pairs} pairs${masked ? ", masked" : ""}`,
      async (gpu) => {
        const size = shape[0] * shape[1];
        const draw = (seed: number) => Array.from(noise(seed, pairs, 0, size - 0.01), Math.floor);
        const [near, far] = [draw(4), draw(5)];
        const mask: F64 = {
          shape: [...shape],
          data: noiseArray(6, [size], 0, 1).data.map((value, i) => Number(value > 0.3 || i < 2)),
        };
        const index = (values: number[]) => Tensor.from(gpu, Uint32Array.from(values));
        await checkOp(gpu, {
          inputs: [noiseArray(3, [...shape], 0.1, 2)],
          op: (depth: Tensor) =>
            ordinalLoss(
              depth,
              { near: index(near), far: index(far) },
              masked ? Tensor.from(gpu, Float32Array.from(mask.data), mask.shape) : null,
            ),
          reference: (depth: F64) => ordinal(depth, near, far, masked ? mask : null),
          gradientTolerance: { atol: 1e-5, rtol: 1e-3 },
        });
      },
    );
  }
}
