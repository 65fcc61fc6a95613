import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { SampleLoader } from "../../data/batches.ts";
import { readCheckpoint } from "../../model/occupancy/training/training_state.ts";
import { evaluateOccupancy } from "../../model/occupancy/evaluation/evaluate_checkpoint.ts";
import { pipelineOf } from "../../model/occupancy/training/sample_batch.ts";
import { type TrainEvent, trainOccupancy } from "../../model/occupancy/training/training.ts";
import { gpuTest } from "../support.ts";
import { run, TINY, withDataset } from "./tiny_run.ts";

const losses = (events: TrainEvent[]) =>
  events.flatMap((event) =>
    event.type === "step" ? [[event.step, event.loss, event.gradientNorm]] : []
  );

gpuTest(
  "a training run that is resumed gives the bits of one that was not stopped",
  async (gpu) => {
    await withDataset(async (dataDir, folder) => {
      const whole = join(folder, "whole");
      const inUse = gpu.memory.inUse;
      const events = await run(gpu, { dataDir, workDir: whole, saveEvery: 3 });
      assertEquals(gpu.memory.inUse, inUse);
      const checkpoint = await readCheckpoint(join(whole, "step_000003.safetensors"));
      assertEquals(checkpoint.state.position, { epoch: 1, index: 0 });
      const resumed = join(folder, "resumed");
      // Memory that was used otherwise in between must not show.
      const after = await run(gpu, { dataDir, workDir: resumed, checkpoint });
      assertEquals(losses(after), losses(events).slice(3));
      const bytes = (dir: string) => Deno.readFile(join(dir, "step_000006.safetensors"));
      assertEquals(await bytes(resumed), await bytes(whole));
      assert(losses(events).every(([, loss]) => Number.isFinite(loss)));
    });
  },
);

gpuTest("training lowers the loss, and evaluation counts every voxel", async (gpu) => {
  await withDataset(async (dataDir, workDir) => {
    const config = { ...TINY, optim: { ...TINY.optim, steps: 30, lr: 5e-3 } };
    const events = await run(gpu, { dataDir, workDir, config, saveEvery: 30, accumulation: 1 });
    const seen = losses(events).map(([, loss]) => loss!);
    const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
    assert(mean(seen.slice(-5)) < 0.7 * mean(seen.slice(0, 5)), `losses ${seen}`);
    const checkpoint = await readCheckpoint(workDir);
    const report = await evaluateOccupancy(gpu, {
      preset: "demo",
      config,
      dataDir,
      checkpoint,
    });
    assertEquals([report.samples, report.step, report.split], [1, 30, "val"]);
    using loader = await SampleLoader.open({
      dataDir,
      split: "val",
      pipeline: pipelineOf(config),
      workers: 0,
    });
    const { labels } = await loader.next();
    assertEquals(
      report.classes.map(({ seen }) => seen),
      report.classes.map(({ label }) => labels.filter((value) => value === label).length),
    );
    assert(report.iou! >= 0 && report.iou! <= 100 && report.miou! >= 0);
    assertEquals(report.checkpointSha256?.length, 64);
  });
});

gpuTest("accumulated gradients are those of the mean loss", async (gpu) => {
  await withDataset(async (dataDir, workDir) => {
    const options = { dataDir, workDir, config: { ...TINY, optim: { ...TINY.optim, steps: 1 } } };
    const events = await run(gpu, { ...options, accumulation: 3 });
    const checkpoint = await readCheckpoint(workDir);
    assertEquals(checkpoint.state.position, { epoch: 1, index: 0 });
    assertEquals(losses(events).length, 1);
  });
});

gpuTest(
  "a run whose gradients break names the tensor, skips, and gives up in the end",
  async (gpu) => {
    await withDataset(async (dataDir, workDir) => {
      const broken = {
        ...TINY,
        optim: { ...TINY.optim, steps: 30 },
        loss: { ...TINY.loss, nll: 1e38, lovasz: 1e38 },
      };
      const events: TrainEvent[] = [];
      const error = await assertRejects(
        async () => {
          for await (
            const event of trainOccupancy(gpu, {
              preset: "demo",
              config: broken,
              dataDir,
              workDir,
              seed: 7,
              workers: 0,
            })
          ) events.push(event);
        },
        Error,
        "Cannot train on: 10 steps in a row",
      );
      assert(/gradients of "[a-z_.0-9]+"/.test(error.message), error.message);
      assertEquals(events.filter(({ type }) => type === "skipped").length, 10);
    });
  },
);

gpuTest("a missing picture is named, or skipped and counted", async (gpu) => {
  await withDataset(async (dataDir, workDir) => {
    const folder = join(dataDir, "nuscenes", "samples", "CAM_BACK");
    for (const { name } of Deno.readDirSync(folder)) await Deno.remove(join(folder, name));
    await assertRejects(() => run(gpu, { dataDir, workDir }), Error, "CAM_BACK");
    await assertRejects(() => run(gpu, { dataDir, workDir, skipBad: true }), Error, "were skipped");
  });
});
