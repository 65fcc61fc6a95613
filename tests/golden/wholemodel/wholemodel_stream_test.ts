import { assert, assertEquals } from "@std/assert";
import { originalConfig } from "../../../model/occupancy/config/original_config.ts";
import { runModel } from "../../../model/occupancy/arrays/run_model_file.ts";
import { readWeights } from "../../../model/weights_file.ts";
import { gpuTest } from "../../support.ts";
import {
  caseExists,
  CLIPS,
  readCase,
  type WholeModelCase,
  wrongGradients,
  wrongLosses,
  wrongOutputs,
} from "./wholemodel.ts";

/** What of a case belongs to one key frame, under the names that a case of a single one has. */
function frameOf<T>(values: Readonly<Record<string, T>>, t: number): Record<string, T> {
  const prefix = `frame${t}.`;
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

function normsOf({ tolerance }: WholeModelCase): { value: number }[] {
  return tolerance.grad_norm as unknown as { value: number }[];
}

function framesOf(golden: WholeModelCase): WholeModelCase[] {
  const frames = golden.inputs.img!.shape[0]!;
  return Array.from({ length: frames }, (_, t) => ({
    ...golden,
    outputs: frameOf(golden.outputs, t),
    grads: frameOf(golden.grads, t),
    tolerance: {
      outputs: frameOf(golden.tolerance.outputs, t),
      grads: frameOf(golden.tolerance.grads, t),
      grad_norm: normsOf(golden)[t]!,
    },
  }));
}

for (const name of ["S1", "S2"]) {
  if (!caseExists(name, CLIPS)) {
    console.log(`skipping whole-model case ${name}: it is not there`);
    Deno.test({ name: `whole model ${name}`, ignore: true, fn() {} });
    continue;
  }
  const golden = readCase(name, CLIPS);
  const weights = readWeights(new URL(`${name}/state_dict.pth`, CLIPS).pathname);
  const run = { config: originalConfig(golden.config), weights, inputs: golden.inputs };

  gpuTest(`whole model ${name}: three key frames, gradients of each, ten steps`, async (gpu) => {
    const result = await runModel(gpu, run, { gradients: true, steps: 10 });
    for (const [t, frame] of framesOf(golden).entries()) {
      assert(Object.keys(frame.outputs).length > 40);
      const { outputs, gradients } = result;
      const own = { ...result, outputs: frameOf(outputs, t), gradients: frameOf(gradients, t) };
      assertEquals([t, wrongOutputs(own, frame)], [t, []]);
      assertEquals([t, wrongGradients(own, frame, { kinks: !gpu.name.software })], [t, []]);
    }
    assertEquals(wrongLosses(result.losses, golden.train), []);
  });

  gpuTest(`whole model ${name}: four steps at a fiftieth of the rate`, async (gpu) => {
    const { low_lr_run: { lr_factor: rate, loss } } = golden.train;
    const { losses } = await runModel(gpu, run, { steps: 4, rate });
    assertEquals(losses.filter((value, i) => !(Math.abs(value - loss[i]!) <= 2e-5 * loss[i]!)), []);
  });
}
