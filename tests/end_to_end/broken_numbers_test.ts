import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { readSafetensors, writeSafetensors } from "../../data/formats/safetensors.ts";
import { readCheckpoint } from "../../model/occupancy/training/training_state.ts";
import { GaussianFormer } from "../../model/occupancy/gaussianformer/network/gaussianformer.ts";
import { readTrainedWeights } from "../../model/occupancy/weights/trained_weights.ts";
import { Initializer } from "../../model/init.ts";
import { gpuTest } from "../support.ts";
import { run, TINY, withDataset } from "./tiny_run.ts";

const steps = (count: number) => ({ ...TINY, optim: { ...TINY.optim, steps: count } });
// A ReLU comes after it, which turns NaN into 0: no gradient would ever tell.
const POISONED = "encoder.layers.5.layers.0.0.bias";

gpuTest(
  "weights that are not finite are no start, and the tensor is named",
  (gpu) =>
    withDataset(async (dataDir, folder) => {
      const workDir = join(folder, "healthy");
      await run(gpu, { dataDir, workDir, config: steps(1) });
      const { tensors, metadata } = readSafetensors(join(workDir, "step_000001.safetensors"));
      (tensors.get(POISONED)!.data as Float32Array)[1] = NaN;
      const path = join(folder, "poisoned.safetensors");
      writeSafetensors(path, tensors, metadata);
      const says = `Cannot start from "${path}": 1 values of "${POISONED}" are not finite`;
      const options = { dataDir, workDir: join(folder, "run"), config: steps(4) };
      const checkpoint = await readCheckpoint(path);
      await assertRejects(() => run(gpu, { ...options, checkpoint }), RangeError, says);
      const initial = [await readTrainedWeights(path)];
      await assertRejects(() => run(gpu, { ...options, initial }), RangeError, says);
    }),
);

gpuTest(
  "steps whose gradients are not finite change no weight and are counted",
  (gpu) =>
    withDataset(async (dataDir, folder) => {
      const config = { ...steps(3), loss: { ...TINY.loss, nll: 1e38, lovasz: 1e38 } };
      const events = await run(gpu, { dataDir, workDir: folder, config });
      const skipped = events.filter((event) => event.type === "skipped");
      assertEquals(skipped.map(({ step }) => step), [1, 2, 3]);
      for (const { reason } of skipped) {
        assert(
          /^\d+ gradients of "[a-z_.0-9]+"(, \d+ gradients of "[a-z_.0-9]+")*( and of \d+ more)? are not finite/
            .test(reason),
        );
      }
      const finished = events.find((event) => event.type === "finished")!;
      assertEquals([finished.skipped, finished.bad], [3, 0]);
      const { weights, moments } = await readCheckpoint(folder);
      const model = new GaussianFormer(new Initializer(gpu, 7), config);
      const fresh = await model.tensors();
      model.release();
      for (const [key, { data }] of Object.entries(fresh)) {
        // Batch norms follow what they see, as in training; nothing else moves.
        if (!key.includes("running_")) assertEquals(weights[key]!.data, data, key);
      }
      assert(
        Object.values(moments).flat().every(({ data }) =>
          (data as Float32Array).every((x) => x === 0)
        ),
      );
    }),
);

gpuTest(
  "weights that are not finite are not saved, the last checkpoint stays",
  (gpu) =>
    withDataset(async (dataDir, folder) => {
      const workDir = join(folder, "run");
      const optim = { ...TINY.optim, warmupSteps: 2, steps: 4, lr: 1e39 };
      const options = { dataDir, workDir, config: { ...TINY, optim }, saveEvery: 1 };
      // The first two steps run at the rate that the warm-up starts from.
      const error = await assertRejects(
        () => run(gpu, options),
        RangeError,
        "Cannot save step 3: ",
      );
      assert(
        /: \d+ values of "[a-z_.0-9]+"(, \d+ values of "[a-z_. 0-9]+")*( and of \d+ more)? are not finite$/
          .test(error.message),
      );
      assertEquals((await readCheckpoint(workDir)).state.step, 2);
    }),
);
