import { assertEquals } from "@std/assert";
import { originalConfig } from "../../../model/occupancy/config/original_config.ts";
import { runModel } from "../../../model/occupancy/arrays/run_model_file.ts";
import { readWeights } from "../../../model/weights_file.ts";
import { gpuTest } from "../../support.ts";
import {
  caseExists,
  readCase,
  WHOLEMODEL,
  wrongGradients,
  wrongLosses,
  wrongOutputs,
} from "./wholemodel.ts";

for (const name of ["A", "B", "C", "D", "E"]) {
  if (!caseExists(name)) {
    console.log(`skipping whole-model case ${name}: it is not there`);
    Deno.test({ name: `whole model ${name}`, ignore: true, fn() {} });
    continue;
  }
  const golden = readCase(name);
  const weights = () => readWeights(new URL(`${name}/state_dict.pth`, WHOLEMODEL).pathname);
  const run = { weights: weights(), inputs: golden.inputs };
  const config = originalConfig(golden.config);

  gpuTest(`whole model ${name}: intermediates, gradients, ten steps`, async (gpu) => {
    const result = await runModel(gpu, { config, ...run }, { gradients: true, steps: 10 });
    assertEquals(wrongOutputs(result, golden), []);
    // Case B has such a value in f32 at any rate; other adapters round differently.
    const kinks = name === "B" || !gpu.name.software;
    assertEquals(wrongGradients(result, golden, { kinks }), []);
    assertEquals(wrongLosses(result.losses, golden.train), []);
  });

  gpuTest(`whole model ${name}: four steps at a fiftieth of the rate`, async (gpu) => {
    const { low_lr_run: { lr_factor: rate, loss } } = golden.train;
    const { losses } = await runModel(gpu, { config, ...run }, { steps: 4, rate });
    // The run stays near its start, where rounding and discontinuities do not pile up.
    assertEquals(losses.filter((value, i) => !(Math.abs(value - loss[i]!) <= 2e-5 * loss[i]!)), []);
  });
}
