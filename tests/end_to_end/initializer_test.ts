import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { readCheckpoint } from "../../model/occupancy/training/training_state.ts";
import { DepthPretraining } from "../../model/occupancy/gaussianformer/training/depth_pretraining.ts";
import { GaussianFormer } from "../../model/occupancy/gaussianformer/network/gaussianformer.ts";
import { loadInitial } from "../../model/occupancy/weights/initial_weights.ts";
import { loadTrained, readTrainedWeights } from "../../model/occupancy/weights/trained_weights.ts";
import { Initializer } from "../../model/init.ts";
import { gpuTest } from "../support.ts";
import { losses, run, TINY, TINY_SAMPLED, withDataset } from "./tiny_run.ts";

const CONFIG = { ...TINY_SAMPLED, optim: { ...TINY_SAMPLED.optim, steps: 16, lr: 1e-2 } };

gpuTest(
  "the initializer is trained on its own, its loss falls, and a model's lifter takes it over",
  (gpu) =>
    withDataset(async (dataDir, folder) => {
      const workDir = join(folder, "init");
      const options = { dataDir, workDir, config: CONFIG, stage: "initializer" as const };
      const events = await run(gpu, { ...options, saveEvery: 8, evalEvery: 16 });
      const seen = losses(events).map(([, loss]) => loss);
      const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
      assert(mean(seen.slice(-4)) < 0.9 * mean(seen.slice(0, 4)), `losses ${seen}`);
      const validated = events.find((event) => event.type === "validated")!;
      assert(validated.samples === 1 && validated.loss < seen[0]!, `${validated.loss}`);

      // Exactly the keys that the original's lifter asks its init.pth for.
      const trained = await readTrainedWeights(workDir);
      assertEquals(trained.state!.stage, "initializer");
      const model = new GaussianFormer(new Initializer(gpu, 1), CONFIG);
      const keys = [...model.namedParameters()].map(([key]) => key)
        .filter((key) => /^lifter\.(initialize_backbone|projection)\./.test(key));
      assertEquals(
        Object.keys(trained.weights).map((key) => `lifter.${key}`).sort(),
        keys.sort(),
      );
      const report = loadInitial(model, trained);
      assertEquals([report.loaded, report.unexpected, report.misshapen], [keys.length, [], []]);
      const tensors = await model.tensors();
      for (const [key, { data }] of Object.entries(trained.weights)) {
        assertEquals(tensors[`lifter.${key}`]!.data, data as Float32Array, key);
      }

      // And back: the depth network out of a whole model's weights.
      const again = new DepthPretraining(new Initializer(gpu, 2), CONFIG);
      const whole = { file: "whole", weights: tensors, state: null };
      assertEquals(loadInitial(again, whole, "initializer").missing, []);
      const error = await assertRejects(
        () => Promise.resolve().then(() => loadTrained(model, trained)),
        RangeError,
      );
      assert((error as { hint?: string }).hint?.includes("--load-from"));
      model.release();
      again.release();

      // Resumed, it ends with the same bits.
      const checkpoint = await readCheckpoint(join(workDir, "step_000008.safetensors"));
      const resumed = join(folder, "resumed");
      await run(gpu, { ...options, workDir: resumed, checkpoint });
      const bytes = (dir: string) => Deno.readFile(join(dir, "step_000016.safetensors"));
      assertEquals(await bytes(resumed), await bytes(workDir));
    }),
);

gpuTest(
  "a model with a sampled lifter trains from its initializer, and resumes to the same bits",
  (gpu) =>
    withDataset(async (dataDir, folder) => {
      const config = { ...TINY_SAMPLED, optim: { ...TINY_SAMPLED.optim, steps: 4 } };
      const workDir = join(folder, "whole");
      const events = await run(gpu, { dataDir, workDir, config, saveEvery: 2 });
      assertEquals(losses(events).length, 4);
      const checkpoint = await readCheckpoint(join(workDir, "step_000002.safetensors"));
      await run(gpu, { dataDir, workDir: folder, config, checkpoint });
      const bytes = (dir: string) => Deno.readFile(join(dir, "step_000004.safetensors"));
      assertEquals(await bytes(folder), await bytes(workDir));
    }),
);

gpuTest("a lifter without a depth network has no initializer to train", async (gpu) => {
  await assertRejects(
    () => run(gpu, { dataDir: "none", workDir: "none", config: TINY, stage: "initializer" }),
    RangeError,
    'lifter is "learned", it must be "sampled"',
  );
});
