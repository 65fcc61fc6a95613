import { assertEquals } from "@std/assert";
import { runModel } from "../../../model/occupancy/arrays/run_model_file.ts";
import { originalConfig } from "../../../model/occupancy/config/original_config.ts";
import { readWeights } from "../../../model/weights_file.ts";
import { gpuTest } from "../../support.ts";
import {
  caseExists,
  readCase,
  WHOLEMODEL_SQ,
  wrongGradients,
  wrongLosses,
  wrongOutputs,
} from "./wholemodel.ts";

for (const name of ["QA", "QB"]) {
  if (!caseExists(name, WHOLEMODEL_SQ)) {
    console.log(`skipping whole-model case ${name}: it is not there`);
    continue;
  }
  const golden = readCase(name, WHOLEMODEL_SQ);
  const weights = readWeights(new URL(`${name}/state_dict.pth`, WHOLEMODEL_SQ).pathname);
  const given = { config: originalConfig(golden.config), weights, inputs: golden.inputs };

  gpuTest(`whole model ${name}: intermediates, gradients, ten steps`, async (gpu) => {
    const result = await runModel(gpu, given, { gradients: true, steps: 10 });
    assertEquals(wrongOutputs(result, golden), []);
    assertEquals(wrongGradients(result, golden, { kinks: !gpu.name.software }), []);
    assertEquals(wrongLosses(result.losses, golden.train), []);
  });

  gpuTest(`whole model ${name}: four steps at a fiftieth of the rate`, async (gpu) => {
    const { low_lr_run: { lr_factor: rate, loss } } = golden.train;
    const { losses } = await runModel(gpu, given, { steps: 4, rate });
    assertEquals(losses.filter((value, i) => !(Math.abs(value - loss[i]!) <= 2e-5 * loss[i]!)), []);
  });
}
