import { trainOccupancy } from "../../../mod.ts";
import { presets } from "../../../model/mod.ts";
import type { Gpu } from "../../../gpu/mod.ts";
import { saveWishes, stoppable } from "../../interrupt.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** How long a training is that one watches. */
export interface LiveTraining {
  /** Streets to learn from. */
  readonly train: number;
  /** Optimizer steps. */
  readonly steps: number;
  /** Learning rate. */
  readonly lr: number;
}

/** What a minute on two cores with a software adapter suffices for, and what more time buys. */
export const LIVE: LiveTraining = { train: 24, steps: 80, lr: 2e-3 };
/** See `LIVE`. */
export const LONG: LiveTraining = { train: 150, steps: 1500, lr: 2e-3 };

/** Trains the shipped model's network from random weights on the streets of a folder. */
export async function learnStreets(
  gpu: Gpu,
  { dataDir, workDir, seed, live }: {
    readonly dataDir: string;
    readonly workDir: string;
    readonly seed: number;
    readonly live: LiveTraining;
  },
  terminal: Terminal,
): Promise<{ readonly type: "finished" | "stopped"; readonly step: number }> {
  const { progress } = terminal;
  const { steps, lr } = live;
  const preset = presets.street_small;
  const config = {
    ...preset,
    optim: {
      ...preset.optim,
      schedule: "cosine" as const,
      steps,
      lr,
      warmupSteps: 5,
      minLrRatio: 0.1,
    },
  };
  const run = { preset: "street_small", config, dataDir, workDir, seed, saveEvery: steps };
  using wishes = saveWishes(terminal);
  const { saveNow } = wishes;
  return await stoppable(terminal, async (stop) => {
    for await (const event of trainOccupancy(gpu, { ...run, stop, saveNow })) {
      if (event.type === "started") {
        const label = "the same network learns from nothing";
        progress.draw({ type: "started", label, total: event.steps });
      } else if (event.type === "step") {
        const loss = Number(event.loss.toPrecision(4));
        const slow = event.step === 1; // compiles the kernels
        progress.draw({ type: "step", done: event.step, figures: { loss }, slow });
      } else if (event.type === "finished" || event.type === "stopped") {
        progress.draw({ type: "finished" });
        return { type: event.type, step: event.step };
      }
    }
    throw new Error("Cannot end: the training told no end");
  });
}
