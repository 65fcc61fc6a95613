import { assertEquals } from "@std/assert";
import { runModel } from "../../../model/occupancy/arrays/run_model_file.ts";
import { gpuTest } from "../../support.ts";
import { CASES, readFrames, startOf, wrongGradients, wrongOutputs } from "./frames.ts";

// The curves of ten steps are tests/long/superocc_curves.ts.
for (const name of CASES) {
  const golden = readFrames(name);
  if (!golden) {
    console.log(`skipping SuperOcc's case ${name}: it is not there`);
    Deno.test({ name: `whole model ${name}`, ignore: true, fn() {} });
    continue;
  }
  gpuTest(
    `whole model ${name}: intermediates and gradients of each frame, two steps`,
    async (gpu) => {
      const { lr_factor: rate, loss } = golden.train.low_lr_run;
      const result = await runModel(gpu, startOf(name, golden), {
        gradients: true,
        steps: 2,
        rate,
      });
      assertEquals(wrongOutputs(result, golden), []);
      assertEquals(wrongGradients(result, golden), []);
      const apart = result.losses.filter((value, i) =>
        !(Math.abs(value - loss[i]!) <= 2e-5 * loss[i]!)
      );
      assertEquals(apart, []);
    },
  );
}
