import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { ModelConfig } from "../../model/occupancy/config/model_config.ts";
import { checkConfig } from "../../model/occupancy/table.ts";
import { readCheckpoint } from "../../model/occupancy/training/training_state.ts";
import { gpuTest } from "../support.ts";
import { losses, run, TINY, withDataset } from "./tiny_run.ts";

const optim = { ...TINY.optim, steps: 2 };

/** A model whose head gives probabilities, and one whose gives logits. */
const HEADS: Readonly<Record<string, ModelConfig>> = {
  probabilistic: { ...TINY, optim },
  additive: {
    ...TINY,
    optim,
    gaussians: { ...TINY.gaussians, semantics: 18, opacity: false },
    head: { kind: "additive", scaleMultiplier: 3, supervised: "all", empty: null },
  } as ModelConfig,
};

gpuTest(
  "voxels drawn from a camera and from above train a model",
  (gpu) =>
    withDataset(async (dataDir, folder) => {
      for (const [name, config] of Object.entries(HEADS)) {
        // Hardly any other loss.
        const alone = { ...config.loss, nll: 1e-6, lovasz: 0, render: 1, renderShrink: 2 };
        const rendered = { ...config, loss: alone };
        checkConfig(rendered, { labelled: true });
        // The first one goes on, too.
        const count = name === "probabilistic" ? 2 : 1;
        const given = { config: { ...rendered, optim: { ...optim, steps: count } }, dataDir };
        const events = await run(gpu, { ...given, workDir: join(folder, name), saveEvery: 1 });
        const steps = losses(events);
        assertEquals(steps.length, count);
        assert(steps.every(([, loss, norm]) => loss > 0.01 && norm > 1e-4), `${name}: ${steps}`);
        if (count === 1) continue;
        // The camera that is drawn is the same where the run goes on.
        const saved = events.flatMap((event) => event.type === "saved" ? [event.path] : []);
        const checkpoint = await readCheckpoint(saved[0]!);
        const again = await run(gpu, { ...given, workDir: join(folder, "again"), checkpoint });
        assertEquals(losses(again), steps.slice(1));
      }
    }, { scenes: 2, valScenes: 1 }),
);
