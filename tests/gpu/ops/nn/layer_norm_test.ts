import { assertThrows } from "@std/assert";
import { layerNorm } from "../../../../gpu/ops/nn/layer_norm.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { layerNorm as reference } from "../../../reference/layer_norm.ts";
import { checkOp, gpuTest, noiseArray } from "../../../support.ts";

for (const [rows, channels] of [[1, 1], [5, 7], [3, 64], [67, 131]] as const) {
  gpuTest(`layerNorm [${rows}, ${channels}]`, (gpu) =>
    checkOp(gpu, {
      inputs: [
        noiseArray(1, [rows, channels], -2, 3),
        noiseArray(2, [channels], 0.5, 1.5),
        noiseArray(3, [channels]),
      ],
      op: layerNorm,
      reference,
    }));
}

gpuTest("layerNorm names the tensor of the wrong shape", (gpu) => {
  assertThrows(
    () => layerNorm(Tensor.zeros(gpu, [2, 8]), Tensor.zeros(gpu, [4]), Tensor.zeros(gpu, [8])),
    RangeError,
    'Cannot run layerNorm: "weight" must be [channels=8], got [4]',
  );
});
