import { dirname, join } from "@std/path";
import { heldOutSheet, renderModel, trainScene } from "../../../mod.ts";
import { CAPTURE_DEFAULTS, makeCapture } from "../../../data/mod.ts";
import { scaledSteps, SPLAT_DEFAULTS, type SplatConfig } from "../../../model/splat/mod.ts";
import type { Gpu } from "../../../gpu/mod.ts";
import { defineCommand } from "../../command_line/command.ts";
import { JSON_OPTION, MOST_SEED } from "../../command_line/options.ts";
import { openGpu } from "../../gpu.ts";
import { saveWishes, stoppable, STOPPED } from "../../interrupt.ts";
import { SplatTrainProgress } from "../splat/train_progress.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { emptyDemo } from "./demo_folder.ts";

// What a minute on two cores with a software adapter suffices for.
const ITERATIONS = 600;
// Up to so many.
const LONGEST_QUICK = 3000;
const OWN = /^(capture|model|photo_and_model\.png)$/;
const SHEET_ROWS = 3;

/** `demo splat`: photos of a place to a scene that one can walk around in. */
export const demoSplat = defineCommand({
  summary: "Train a 3D scene of Gaussians for a minute on a built-in capture",
  needs: ["read", "write", "env", "sys"],
  gpu: true,
  examples: ["", "--iterations 7000 --out out/longer"],
  options: {
    out: {
      type: "string",
      value: "DIR",
      default: "out/demo_splat",
      help: "Where everything goes",
    },
    seed: {
      type: "number",
      integer: true,
      min: 0,
      max: MOST_SEED,
      default: CAPTURE_DEFAULTS.seed,
      help: "Of the place, and of the training",
    },
    iterations: {
      type: "number",
      integer: true,
      min: 1,
      default: ITERATIONS,
      help: "Of the training; its schedule scales with them",
    },
    json: JSON_OPTION,
  },
  run: async ({ out, seed, iterations, json }, terminal) => {
    await emptyDemo(out, OWN);
    const [capture, model, sheet] = ["capture", "model", "photo_and_model.png"]
      .map((name) => join(out, name)) as [string, string, string];
    const photos = await writeCapture(capture, seed);
    terminal.note(
      `${photos} photos of a street with a car in the middle, drawn by the program itself: ${capture}`,
    );
    const gpu = await openGpu();
    try {
      const progress = new SplatTrainProgress(terminal);
      const config = {
        ...quickSettings(iterations),
        ...{ source_path: capture, model_path: model, seed, eval: true },
      };
      using wishes = saveWishes(terminal);
      const { saveNow } = wishes;
      await stoppable(terminal, async (stop) => {
        const events = trainScene(gpu, {
          config,
          ...{ testIterations: [1, iterations], saveIterations: [iterations] },
          ...{ checkpointIterations: [], logEvery: 10, stop, saveNow },
          onTask: (task) => progress.task(task),
        });
        for await (const event of events) progress.draw(event);
      });
      progress.flush();
      const { summary } = progress;
      if (progress.stoppedAt !== null || !summary?.test) {
        terminal.complain(
          `${
            progress.describeStop({ iterations, folder: model })
          }: deno task splat train -s ${capture} -m ${model}`,
        );
        return STOPPED;
      }
      await drawHeldOut(gpu, model, terminal);
      await Deno.writeFile(sheet, await heldOutSheet(model, iterations, SHEET_ROWS));
      if (json) return terminal.printJson({ ...summary, photos, capture, model, sheet });
      const { psnr, ssim } = summary.test;
      terminal.print(
        `${summary.gaussians} Gaussians after ${iterations} iterations: PSNR ${
          psnr.toFixed(2)
        } dB, SSIM ${ssim.toFixed(3)} on photos that it has not seen`,
      );
      terminal.print(`photo beside model: ${sheet}`);
      terminal.print(`to walk around in it: deno task view ${model}`);
      terminal.print(
        `your own photos: deno task splat convert -s FOLDER, then deno task splat train`,
      );
    } finally {
      gpu.destroy();
    }
  },
});

/** Settings of a training that is over after hundreds of iterations; longer ones are the usual, scaled. */
function quickSettings(iterations: number): SplatConfig {
  if (iterations > LONGEST_QUICK) {
    return { ...scaledSteps(SPLAT_DEFAULTS, iterations / SPLAT_DEFAULTS.iterations), iterations };
  }
  return {
    ...SPLAT_DEFAULTS,
    iterations,
    position_lr_max_steps: iterations,
    // Opacities that are reset need hundreds of iterations to come back.
    opacity_reset_interval: SPLAT_DEFAULTS.iterations,
    densify_from_iter: Math.round(iterations / 10),
    densify_until_iter: Math.round(iterations / 2),
    densification_interval: Math.max(1, Math.round(iterations / 12)),
    sh_degree_interval: Math.max(1, Math.round(iterations / 4)),
    feature_lr: 4 * SPLAT_DEFAULTS.feature_lr,
    scaling_lr: 2 * SPLAT_DEFAULTS.scaling_lr,
  };
}

/** Writes the built-in capture as files; returns how many photos there are. */
async function writeCapture(folder: string, seed: number): Promise<number> {
  const { photos, size } = CAPTURE_DEFAULTS;
  for (const [name, bytes] of makeCapture({ seed, photos, size })) {
    const path = join(folder, name);
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeFile(path, bytes);
  }
  return photos;
}

async function drawHeldOut(gpu: Gpu, modelPath: string, { progress }: Terminal): Promise<void> {
  const options = { modelPath, iteration: -1, skipTrain: true, skipTest: false, overrides: {} };
  for await (const event of renderModel(gpu, options)) {
    if (event.type === "started") {
      const task = { label: "drawing views held out", unit: "view", total: event.views } as const;
      progress.draw({ type: "started", ...task });
    } else if (event.type === "view") progress.draw({ type: "step", done: event.done });
    else if (event.type === "finished") progress.draw({ type: "finished" });
  }
}
