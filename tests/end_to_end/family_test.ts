import { assert, assertEquals } from "@std/assert";
import { basename, join } from "@std/path";
import type { ModelConfig } from "../../model/occupancy/config/model_config.ts";
import { evaluateOccupancy } from "../../model/occupancy/evaluation/evaluate_checkpoint.ts";
import { predictOccupancy } from "../../model/occupancy/evaluation/prediction.ts";
import { quadricFormerPresets } from "../../model/occupancy/quadricformer/config/presets.ts";
import { superOccPresets } from "../../model/occupancy/superocc/config/presets.ts";
import { checkConfig, completeConfig } from "../../model/occupancy/table.ts";
import { planMemory } from "../../model/occupancy/training/memory_plan.ts";
import { readCheckpoint } from "../../model/occupancy/training/training_state.ts";
import { visualizeOccupancy } from "../../model/occupancy/view/visualize.ts";
import { gpuTest } from "../support.ts";
import { losses, run, TINY, withDataset } from "./tiny_run.ts";

const { "sq/demo": sq } = quadricFormerPresets;
const superOcc = superOccPresets["superocc/demo"];
const { image, backbone, occupancy, optim } = TINY;

/** Key frames of a scene, of a model that goes from one to the next. */
const FRAMES: Readonly<Record<string, number>> = { superocc: 2 };

/** Each model of the table but GaussianFormer, which the other tests here train, with hardly any width. */
const MODELS: Readonly<Record<string, ModelConfig>> = {
  quadricformer: {
    ...sq,
    image,
    backbone,
    occupancy,
    optim,
    gaussians: { ...sq.gaussians, count: 70 },
    encoder: { ...sq.encoder, embedDims: 16, feedforward: 32, blocks: 2 },
    head: { ...sq.head, supervised: "fixed_0_1" },
  } as ModelConfig,
  superocc: {
    ...superOcc,
    image,
    backbone,
    occupancy,
    optim,
    gaussians: { ...superOcc.gaussians, count: 60 },
    queries: { ...superOcc.queries, count: 30, propagated: 20 },
    stream: { clip: 2, singleEpochs: 0, window: 2 },
    decoder: { ...superOcc.decoder, embedDims: 16, refines: [1, 2], heads: 2, feedforward: 32 },
  } as ModelConfig,
};

for (const [name, config] of Object.entries(MODELS)) {
  const framesPerScene = FRAMES[name] ?? 1;
  gpuTest(
    `${name} trains, goes on, and is evaluated, predicted and drawn`,
    (gpu) =>
      withDataset(async (dataDir, folder) => {
        checkConfig(config, { labelled: true });
        assertEquals(completeConfig(config), config);
        const workDir = join(folder, "run");
        const steps = { ...config, optim: { ...config.optim, steps: 2 } };
        const events = await run(gpu, { config: steps, dataDir, workDir, saveEvery: 1 });
        const whole = losses(events);
        const saved = events.flatMap((event) => event.type === "saved" ? [event.path] : []);
        assertEquals(whole.length, 2);
        assert(whole.every(([, loss, norm]) => loss > 0 && norm > 0), `${whole}`);

        const middle = await readCheckpoint(saved[0]!);
        const again = {
          config: steps,
          dataDir,
          workDir: join(folder, "again"),
          checkpoint: middle,
        };
        assertEquals(losses(await run(gpu, again)), whole.slice(1));

        const checkpoint = await readCheckpoint(workDir);
        const given = { preset: name, config, dataDir, checkpoint };
        const { samples, miou } = await evaluateOccupancy(gpu, given);
        assertEquals([samples, miou !== null], [framesPerScene, true]);
        const told = await Array.fromAsync(
          predictOccupancy(gpu, { ...given, outDir: join(folder, "out"), probabilities: true }),
        );
        assertEquals(told.length, 1 + framesPerScene);
        const out = join(folder, "pictures");
        const drawn = { ...given, out, occupancy: true, gaussians: true, size: [48, 27] as const };
        const { files } = await visualizeOccupancy(gpu, drawn);
        assert(files.some((path) => basename(path).endsWith(".ply")), `${files}`);
        const plan = await planMemory(gpu, config, { evaluates: true });
        assert(plan.reserved >= plan.peak && plan.trained > 0);
      }, { scenes: 2, valScenes: 1, framesPerScene }),
  );
}
