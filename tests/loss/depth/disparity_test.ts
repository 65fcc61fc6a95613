import { disparity } from "../../../loss/depth/disparity.ts";
import { disparity as reference } from "../../reference/loss/depth.ts";
import { checkOp, ELEMENTWISE, gpuTest, noiseArray } from "../../support.ts";

for (const options of [{}, { least: 0.3 }, { least: 0.3, either: true }]) {
  gpuTest(`disparity, ${JSON.stringify(options)}`, async (gpu) => {
    const depth = noiseArray(1, [7, 19], -1, 4);
    // Away from where it jumps.
    depth.data.forEach((value, i) => {
      if (Math.abs(Math.abs(value) - 0.3) < 0.05 || Math.abs(value) < 0.05) depth.data[i] = 1;
    });
    await checkOp(gpu, {
      inputs: [depth],
      op: (x) => disparity(x, options),
      reference: (x) => reference(x, options),
      tolerance: ELEMENTWISE,
      samples: 133,
      gradientTolerance: { atol: 1e-4, rtol: 1e-4 },
    });
  });
}
