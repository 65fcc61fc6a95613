import { trainOccupancy, type TrainOptions } from "../mod.ts";
import type { Gpu } from "../gpu/mod.ts";
import { type ModelConfig, quickModel, scaledSchedule } from "../model/mod.ts";
import { formatDuration } from "./terminal/progress.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** What `--quick` makes of a full-size model on either kind of adapter. */
const SIZES = {
  software: { width: 200, gaussians: 1600, voxels: 64 },
  hardware: { width: 800, gaussians: 6400, voxels: 128 },
} as const;

/** A quick training takes about so long, and no fewer steps than show whether it learns. */
const QUICK_S = 240;
const LEAST_STEPS = 20;
// The first step compiles the kernels, the second allocates.
const MEASURED_STEPS = 3;

/** What a training would be as a shorter one, in words. */
export const QUICK_PROPOSAL =
  "--quick takes minutes: smaller pictures, fewer Gaussians, coarser voxels, and as many steps as fit " +
  "(--steps-scaler 0.01 takes a hundredth of the steps alone)";

/** A model for a first look on this kind of adapter, its schedule as it was. */
export function quickSettings(
  config: ModelConfig,
  { software }: { readonly software: boolean },
): ModelConfig {
  return quickModel(config, SIZES[software ? "software" : "hardware"]);
}

/** The settings with as many steps as take minutes here, as a few steps of the training itself measure. */
export async function quickSchedule(
  gpu: Gpu,
  options: TrainOptions,
  terminal: Terminal,
): Promise<ModelConfig> {
  const { config, preset } = options;
  terminal.note(`--quick: measuring ${MEASURED_STEPS} steps`);
  const seconds = await secondsOfStep(gpu, options);
  const steps = Math.min(config.optim.steps, Math.max(LEAST_STEPS, Math.round(QUICK_S / seconds)));
  const { image, gaussians, occupancy } = config;
  terminal.note(
    `--quick: "${preset}" on pictures of ${image.width}x${image.height}, ${gaussians.count} Gaussians, ` +
      `voxels of ${occupancy.voxel} m, ${steps} steps of ${formatDuration(seconds)}: about ${
        formatDuration(steps * seconds)
      }; a smaller model, whose figures are not the preset's`,
  );
  return { ...config, optim: scaledSchedule(config.optim, steps) };
}

/** Of the last of a few steps, in a folder that does not stay. */
async function secondsOfStep(gpu: Gpu, options: TrainOptions): Promise<number> {
  const workDir = await Deno.makeTempDir({ prefix: "voxsplat_quick_" });
  try {
    const optim = { ...options.config.optim, steps: MEASURED_STEPS };
    const config = { ...options.config, optim };
    let [before, last] = [0, performance.now()];
    const short = { ...options, config, workDir, evalEvery: 0, logEvery: 1 };
    for await (const event of trainOccupancy(gpu, short)) {
      if (event.type === "step") [before, last] = [last, performance.now()];
    }
    return (last - before) / 1000;
  } finally {
    await Deno.remove(workDir, { recursive: true });
  }
}
