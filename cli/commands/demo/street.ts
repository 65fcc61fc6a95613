import { join } from "@std/path";
import { evaluateLabels, saveEvaluation, writeRunReport } from "../../../mod.ts";
import {
  type Figures,
  majorityOf,
  percentText,
  readCheckpoint,
  readModelCard,
} from "../../../model/mod.ts";
import { defineCommand } from "../../command_line/command.ts";
import { JSON_OPTION, MOST_SEED } from "../../command_line/options.ts";
import { UsageError } from "../../command_line/usage_error.ts";
import { openModelGpu } from "../../gpu.ts";
import { STOPPED } from "../../interrupt.ts";
import { formatTable } from "../../terminal/table.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { emptyDemo } from "./demo_folder.ts";
import { learnStreets, LIVE, LONG } from "./learn_streets.ts";
import { predictStreets } from "./predict_streets.ts";
import { DEMO_STREETS, makeStreets, TRAINING_STREETS } from "./streets.ts";

const SHIPPED = "demo";

/** `demo`: the shipped model on streets that it has not seen, then the same network learning. */
export const demo = defineCommand({
  summary:
    "Predict streets made on the spot with the shipped model, then train it live for a minute",
  needs: ["read", "write", "env", "sys"],
  gpu: true,
  examples: ["", "--seed 7 --scenes 50", "--out out/demo --long"],
  options: {
    out: { type: "string", value: "DIR", default: "out/demo", help: "Where everything goes" },
    seed: {
      type: "number",
      integer: true,
      min: 0,
      max: MOST_SEED,
      default: DEMO_STREETS.seed,
      help: "Of the streets, and of the weights that the live training starts from",
    },
    scenes: {
      type: "number",
      integer: true,
      min: 1,
      max: DEMO_STREETS.val,
      default: 20,
      help: "Streets to predict and to be measured on",
    },
    steps: {
      type: "number",
      integer: true,
      min: 0,
      help: "Steps of the live training, 0 for none",
    },
    long: {
      type: "boolean",
      help: "More streets and steps live, for half an hour or a real GPU",
    },
    json: JSON_OPTION,
  },
  run: async ({ out, seed, scenes, steps, long, json }, terminal) => {
    if (seed === TRAINING_STREETS.seed) {
      throw new UsageError(
        `Cannot show streets of seed ${seed}: the shipped model learned from them, it must be another one`,
      );
    }
    const started = performance.now();
    const size = long ? LONG : LIVE;
    const live = { ...size, steps: steps ?? size.steps };
    const gpu = await openModelGpu({ software: true }, SHIPPED, terminal);
    try {
      await emptyDemo(out);
      const dataDir = join(out, "data");
      // The first streets are learned from, so those that are predicted are the same at any --scenes.
      await makeStreets(dataDir, { seed, train: live.train, val: scenes }, terminal);

      const checkpoint = await readCheckpoint(SHIPPED);
      const card = readModelCard(SHIPPED);
      terminal.note(describeShipped(card));
      const shipped = await predictStreets(gpu, {
        ...{ dataDir, out, checkpoint, total: scenes, name: "street" },
        label: "the shipped model predicts",
      }, terminal);
      const config = checkpoint.state.config as Parameters<typeof evaluateLabels>[2];
      const baseline = await evaluateLabels(majorityOf(checkpoint), dataDir, config);
      if (!json) printAct(shipped, { scenes, baseline }, terminal);

      const workDir = join(out, "run");
      const learned = live.steps > 0
        ? await learnStreets(gpu, { dataDir, workDir, seed, live }, terminal)
        : null;
      if (learned?.type === "stopped") {
        const words = `--data ${dataDir} --work-dir ${workDir} --resume-from ${workDir}`;
        terminal.complain(
          `stopped at step ${learned.step} of ${live.steps}, saved; to go on: deno task train ${words}`,
        );
        return STOPPED;
      }
      const trained = learned && await predictStreets(gpu, {
        ...{ dataDir, out, checkpoint: await readCheckpoint(workDir), total: scenes, name: "live" },
        label: "the live model predicts",
      }, terminal);
      if (trained) saveEvaluation(out, { result: trained.result, baseline });
      const report = trained ? writeRunReport(out).page : null;
      const seconds = (performance.now() - started) / 1000;
      if (json) {
        return terminal.printJson({
          scenes,
          shipped: shipped.result,
          live: trained && trained.result,
          baseline,
          pictures: [...shipped.pictures, ...trained?.pictures ?? []],
          report,
          seconds,
        });
      }
      if (trained) {
        terminal.print("");
        terminal.print(formatTable(
          ["the same network", "streets seen", "steps", "mIoU %", "IoU %"],
          [
            ["trained live, just now", live.train, live.steps, ...figures(trained.result)],
            [
              "shipped",
              card.training.scenes,
              card.training.steps,
              ...figures(shipped.result),
            ],
            [
              "no network: each voxel's most frequent class",
              card.training.scenes,
              null,
              ...figures(baseline),
            ],
          ],
        ));
        terminal.print(
          `a minute shows that it learns, not what it can: the shipped model is ${
            Math.round(card.training.steps / live.steps)
          } times as many steps old`,
        );
        terminal.print(`report of the training: ${report}`);
      }
      terminal.print(`to walk around in the streets: deno task view ${out}`);
      terminal.print("the other demo, photos to a 3D scene: deno task demo splat");
    } finally {
      gpu.destroy();
    }
  },
});

function describeShipped({ preset, training, bytes }: ReturnType<typeof readModelCard>): string {
  return `shipped model: ${preset}, ${training.steps} steps on ${training.scenes} streets of another seed, ` +
    `${(bytes / 1e6).toFixed(1)} MB`;
}

function printAct(
  { result, pictures }: Awaited<ReturnType<typeof predictStreets>>,
  { scenes, baseline }: { readonly scenes: number; readonly baseline: Figures },
  terminal: Terminal,
): void {
  terminal.print(formatTable(
    [`on ${scenes} streets it has not seen`, "mIoU %", "IoU %"],
    [
      ["the shipped model", ...figures(result)],
      ["each voxel's most frequent class over its training streets", ...figures(baseline)],
    ],
  ));
  terminal.print(
    `mIoU over the ${result.occurring} of ${result.classCount} classes that occur; by class: ${
      [...result.classes].filter(({ iou }) => iou !== null)
        .sort((one, other) => other.iou! - one.iou!)
        .map(({ name, iou }) => `${name.replaceAll("_", " ")} ${(100 * iou!).toFixed(0)}`)
        .join(", ")
    }`,
  );
  terminal.print(`pictures: ${pictures.join(" ")}`);
}

function figures({ miou, iou }: Pick<Figures, "miou" | "iou">): string[] {
  return [percentText(miou), percentText(iou)];
}
