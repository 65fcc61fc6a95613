import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { FolderLock } from "../../../../data/files/folder_lock.ts";
import { writeSyntheticDataset } from "../../../../data/synth/dataset.ts";
import { readCheckpoint } from "../../../../model/occupancy/training/training_state.ts";
import { readRun, type RunRow, summarize } from "../../../../model/occupancy/run/run_rows.ts";
import {
  trainOccupancy,
  type TrainOptions,
} from "../../../../model/occupancy/training/training.ts";
import { TINY as LONG } from "../../../end_to_end/tiny_run.ts";
import { gpuTest } from "../../../support.ts";

const TINY = { ...LONG, optim: { ...LONG.optim, steps: 4, warmupSteps: 2 } };

gpuTest(
  "a run leaves its settings and its rows, a resumed one those past the checkpoint anew",
  async (gpu) => {
    const folder = await Deno.makeTempDir();
    try {
      const dataDir = join(folder, "data");
      const workDir = join(folder, "run");
      await writeSyntheticDataset(dataDir, {
        seed: 3,
        scenes: 3,
        valScenes: 1,
        framesPerScene: 1,
        imageSize: [96, 54],
      });
      const run = async (more: Partial<TrainOptions>) => {
        const base = { preset: "demo", config: TINY, dataDir, workDir, seed: 7, workers: 0 };
        for await (
          const _ of trainOccupancy(gpu, { ...base, saveEvery: 2, evalEvery: 2, ...more })
        );
        return readRun(workDir);
      };
      const whole = await run({});
      assertEquals(whole.config.config, JSON.parse(JSON.stringify(TINY)));
      assertEquals([whole.config.preset, whole.config.seed], ["demo", 7]);
      assertEquals(whole.config.adapter, gpu.name.description);
      const kinds = ["step", "step", "evaluated", "step", "step", "evaluated", "finished"];
      assertEquals(whole.rows.map(({ type }) => type), kinds);

      const pictures = () =>
        [...Deno.readDirSync(join(workDir, "pictures"))].map(({ name }) => name);
      const kept = (step: number) =>
        ["npz", "ply", "png"].map((ending) => `step_00000${step}.${ending}`);
      assertEquals(pictures().sort(), [...kept(2), ...kept(4)]);

      const metrics = join(workDir, "metrics.jsonl");
      await Deno.writeTextFile(metrics, `{"type":"st`, { append: true }); // a crash while writing
      const checkpoint = await readCheckpoint(join(workDir, "step_000002.safetensors"));
      const resumed = await run({ checkpoint });
      assertEquals(resumed.config.resumedFrom, checkpoint.file);
      const timeless = (rows: readonly unknown[]) =>
        rows.map((row) => ({ ...row as object, seconds: 0, peakMemory: 0 }));
      assertEquals(timeless(resumed.rows), timeless(whole.rows));

      const summary = summarize(resumed.rows);
      assertEquals([summary.steps, summary.last?.step, summary.skipped], [4, 4, 0]);
      assertEquals(summary.peakMemory > 0 && summary.seconds > 0, true);

      {
        using _other = FolderLock.take(workDir);
        await assertRejects(() => run({}), Error, `process ${Deno.pid} is still training there`);
      }
      assertEquals(timeless(readRun(workDir).rows), timeless(whole.rows));

      // A run from the start leaves nothing of the one before it.
      const anew = await run({ config: { ...TINY, optim: { ...TINY.optim, steps: 1 } } });
      assertEquals(anew.rows.map(({ step }) => step), [1, 1]);
      assertEquals(pictures(), []);
      assertEquals([...Deno.readDirSync(join(workDir, "tf"))].length, 3);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

Deno.test("the best evaluation is the first of the highest mIoU", () => {
  const row = (step: number, miou: number) => ({
    type: "evaluated" as const,
    step,
    miou,
    referenceMiou: miou,
    iou: 0,
    classes: [],
    samples: 1,
  });
  const { best, last } = summarize([row(1, 3), row(2, 9), row(3, 9), row(4, 5)]);
  assertEquals([best?.step, last?.step], [2, 4]);
});

Deno.test("a run's seconds are those of its parts, of killed ones until their last step", () => {
  const step = (step: number, seconds: number) =>
    ({ type: "step", step, loss: 1, gradientNorm: 1, lr: 1, seconds }) as const;
  const finished = (step: number, seconds: number) =>
    ({ type: "finished", step, seconds, peakMemory: 5 }) as const;
  const seconds = (...rows: RunRow[]) => summarize(rows).seconds;
  assertEquals(seconds(step(1, 2), step(2, 3)), 3);
  assertEquals(seconds(step(1, 2), step(2, 3), step(3, 1), step(4, 2)), 5);
  assertEquals(seconds(step(1, 2), finished(1, 4), step(2, 1), step(3, 7), finished(3, 8)), 12);
});

Deno.test("broken files of a run are named with the line", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assertThrows(() => readRun(folder), Error, "is not the folder of a training run");
    const config = { preset: "demo", seed: 1, version: "1", adapter: "a", resumedFrom: null };
    const text = JSON.stringify({ ...config, started: "now", config: {} });
    await Deno.writeTextFile(join(folder, "config.json"), text);
    assertEquals(readRun(folder).rows, []);
    await Deno.writeTextFile(join(folder, "metrics.jsonl"), `{"type":"step"}\nno\n{}\n`);
    const { rows, leftOut } = readRun(folder);
    assertEquals(rows, []);
    assertEquals(leftOut.map((line) => /metrics.jsonl:(\d): /.exec(line)?.[1]), ["1", "2", "3"]);
    assertStringIncludes(leftOut[0]!, '"step" must be a whole number from 0, got nothing');
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
