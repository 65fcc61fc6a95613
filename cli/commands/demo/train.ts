import { join } from "@std/path";
import { majorityLabels, readRun, shipModel, trainOccupancy } from "../../../mod.ts";
import { percentText, presets, readCheckpoint, scaledSchedule } from "../../../model/mod.ts";
import { defineCommand } from "../../command_line/command.ts";
import { JSON_OPTION } from "../../command_line/options.ts";
import { openModelGpu } from "../../gpu.ts";
import { saveWishes, stoppable, STOPPED } from "../../interrupt.ts";
import { formatTable } from "../../terminal/table.ts";
import { trainingProgress } from "../../train_progress.ts";
import { DEMO_STREETS, makeStreets, TRAINING_STREETS } from "./streets.ts";

const PRESET = "street_small";
// Of weights and order.
const SEED = 42;

const count = (help: string) => ({ type: "number", integer: true, min: 1, help }) as const;

/** `demo train`: the recipe of the model that comes with the program. */
export const demoTrain = defineCommand({
  summary: "Train the model that comes with the program, from its streets on; goes on where it was",
  needs: ["read", "write", "env", "sys"],
  gpu: true,
  examples: ["", "--steps 500 --scenes 100 --out out/short"],
  options: {
    out: { type: "string", value: "DIR", default: "out/demo_train", help: "Where everything goes" },
    steps: count("Training steps in all; the preset's unless given"),
    scenes: count("Streets to learn from"),
    "eval-every": { ...count("Steps between evaluations"), default: 500 },
    "save-every": { ...count("Steps between checkpoints"), default: 250 },
    json: JSON_OPTION,
  },
  run: async ({ out, steps, scenes, evalEvery, saveEvery, json }, terminal) => {
    const preset = presets[PRESET];
    const config = {
      ...preset,
      optim: scaledSchedule(preset.optim, steps ?? preset.optim.steps),
    };
    const training = { ...TRAINING_STREETS, train: scenes ?? TRAINING_STREETS.train };
    const [dataDir, testDir, workDir] = ["data", "test", "run"].map((name) => join(out, name)) as [
      string,
      string,
      string,
    ];
    await Deno.mkdir(out, { recursive: true });
    await makeStreets(dataDir, training, terminal);
    await makeStreets(testDir, DEMO_STREETS, terminal);
    const gpu = await openModelGpu({ software: true }, PRESET, terminal);
    try {
      using wishes = saveWishes(terminal);
      const { saveNow } = wishes;
      const begun = await Deno.stat(join(workDir, "latest")).then(() => true, () => false);
      const checkpoint = begun ? { checkpoint: await readCheckpoint(workDir) } : {};
      const draw = trainingProgress(terminal);
      const stopped = await stoppable(terminal, async (stop) => {
        const run = { preset: PRESET, config, dataDir, workDir, seed: SEED, saveEvery, evalEvery };
        const events = trainOccupancy(gpu, { ...run, ...checkpoint, keep: 3, stop, saveNow });
        for await (const event of events) {
          if (json) terminal.printJson(event);
          draw(event);
          if (event.type === "stopped") return true;
        }
        return false;
      });
      if (stopped) {
        terminal.complain(`stopped and saved; the same command goes on`);
        return STOPPED;
      }
      const trained = await readCheckpoint(workDir);
      const card = await shipModel(gpu, {
        folder: join(out, "shipped"),
        checkpoint: trained,
        majority: await majorityLabels(dataDir, trained.state.config as typeof config),
        recipe: [
          "deno task demo:train",
          steps && `--steps ${steps}`,
          scenes && `--scenes ${scenes}`,
        ]
          .filter(Boolean).join(" "),
        training: { streets: training.seed, scenes: training.train },
        rows: readRun(workDir).rows,
        dataDir,
        test: { dataDir: testDir, streets: DEMO_STREETS.seed, scenes: DEMO_STREETS.val },
      });
      if (json) return terminal.printJson(card);
      terminal.print(formatTable(
        [`on ${card.test.scenes} streets it has not seen`, "mIoU %", "IoU %"],
        ([
          [`${PRESET}, ${card.training.steps} steps`, card.test.model],
          ["each voxel's most frequent class", card.test.baseline],
        ] as const).map(([name, { miou, iou }]) => [name, percentText(miou), percentText(iou)]),
      ));
      terminal.print(card.file);
    } finally {
      gpu.destroy();
    }
  },
});
