import { columnSums } from "../../../gpu/parallel/column_sums.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { segmentSum } from "../../reference/segments.ts";
import { assertClose, gpuTest, noiseArray, REDUCTION } from "../../support.ts";

for (const [rows, columns] of [[0, 3], [1, 1], [64, 65], [5000, 7]] as const) {
  gpuTest(`columnSums [${rows}, ${columns}]`, async (gpu) => {
    const x = noiseArray(rows, [rows, columns]);
    const sums = columnSums(Tensor.from(gpu, Float32Array.from(x.data), x.shape));
    assertClose(await sums.read("f32"), segmentSum(x, [0, rows]).data, REDUCTION);
  });
}
