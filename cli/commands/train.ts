import { applyOverrides } from "../command_line/overrides.ts";
import { defineCommand } from "../command_line/command.ts";
import { DATA_OPTIONS, rootsOf } from "../data_roots.ts";
import { withFileProgress } from "../terminal/file_progress.ts";
import { MEMORY_OPTION, memoryLimitOf } from "../gpu_memory.ts";
import { mixedSets } from "../mixed_sets.ts";
import { saveWishes, stoppable, STOPPED } from "../interrupt.ts";
import { SKIP_BAD_OPTION } from "../model_options.ts";
import { camelCase, JSON_OPTION, MOST_SEED } from "../command_line/options.ts";
import { openModelGpu } from "../gpu.ts";
import { formatPlan } from "../memory_plan.ts";
import { type ChosenConfig, configOf, PRESET_OPTIONS } from "../presets.ts";
import {
  checkMemory,
  planAnywhere,
  readRun,
  summarize,
  trainOccupancy,
  writeProfile,
} from "../../mod.ts";
import { drawsOf, readKeyFrames, SPLITS } from "../../data/mod.ts";
import {
  assertSame,
  epochSteps,
  GRADIENT_WORDS,
  type ModelConfig,
  readCheckpoint,
  scaledSchedule,
  VERSION,
} from "../../model/mod.ts";
import { describeRanks, RANKS_OPTIONS, withRanks } from "../ranks/with_ranks.ts";
import { formatProfile, formatSummary, PROFILED_STEPS } from "../run_tables.ts";
import type { Terminal } from "../terminal/terminal.ts";
import {
  checkStart,
  describeStart,
  noteOlderRun,
  readStart,
  START_OPTIONS,
} from "../train_start.ts";
import { trainingProgress } from "../train_progress.ts";
import { LongRunWarning } from "../long_run.ts";
import { QUICK_PROPOSAL, quickSchedule, quickSettings } from "../train_quick.ts";
import { UsageError } from "../command_line/usage_error.ts";

const count = (help: string, more: { min: number; max?: number; default?: number }) =>
  ({ type: "number", integer: true, help, ...more }) as const;

/** `train`: a GaussianFormer from key frames. */
export const train = defineCommand({
  summary: "Train a model that sees occupancy on key frames",
  needs: ["read", "write", "env", "sys", "run", "ffi"],
  gpu: true,
  examples: [
    "--data data --work-dir out/run",
    "--preset nuscenes_gs25600_solid --data data --work-dir out/solid --eval-every 1000",
    "--preset prob/nuscenes_gs6400 --data data --work-dir out/look --quick",
    "--data data --work-dir out/run --resume-from out/run",
    "--data data --work-dir out/again --config out/run --seed 1",
    "--preset prob/nuscenes_gs6400 --dry-run",
  ],
  options: {
    ...PRESET_OPTIONS,
    ...DATA_OPTIONS,
    "work-dir": { type: "string", value: "DIR", help: "Where checkpoints and metrics go" },
    stage: {
      type: "string",
      choices: ["model", "initializer"],
      help: "The whole model, or first the depth network of a sampled lifter alone",
    },
    steps: count("Optimizer steps in all", { min: 1 }),
    epochs: count("Passes over the key frames in all, in place of --steps", { min: 1 }),
    "steps-scaler": {
      type: "number",
      value: "F",
      min: 0.0001,
      max: 100,
      help: "F times as many steps, in all and of each part of the schedule",
    },
    quick: {
      type: "boolean",
      help:
        "A first look in minutes: smaller pictures, fewer Gaussians, coarser voxels, and as many " +
        "steps as a few measured ones allow, the schedule with them",
    },
    seed: { ...count("Of weights, order and dropout", { min: 0, max: MOST_SEED }), default: 42 },
    ...START_OPTIONS,
    "save-every": { ...count("Steps between checkpoints", { min: 1 }), default: 100 },
    keep: { ...count("Newest checkpoints that stay, 0 for all", { min: 0 }), default: 5 },
    "eval-every": { ...count("Steps between evaluations, 0 for none", { min: 0 }), default: 0 },
    "eval-split": {
      type: "string",
      choices: SPLITS,
      default: "val",
      help: "Which key frames these are on",
    },
    "log-every": { ...count("Steps between readings of the loss", { min: 1 }), default: 10 },
    "gradient-accumulation": count("Batches whose gradients make one step", { min: 1 }),
    "iter-resume": {
      type: "boolean",
      help: "The original's; every checkpoint here goes on at the key frame where it was",
    },
    dataset: {
      type: "string",
      choices: ["nuscenes"],
      help: "The original's, which reads it nowhere",
    },
    mix: {
      type: "list",
      value: "DIR[=WEIGHT]",
      help:
        "Draw key frames of another folder of the same labels too; WEIGHT, 1 unless given, is how often " +
        "an epoch draws each of them",
    },
    "skip-bad": SKIP_BAD_OPTION,
    "max-skipped": {
      ...count("End after so many steps in a row without finite gradients", { min: 1 }),
      default: 10,
    },
    ...RANKS_OPTIONS,
    gradients: {
      type: "string",
      choices: GRADIENT_WORDS,
      default: "f32",
      help: "How they travel between processes: f16 takes half the bytes, rounded to 11 bits",
    },
    "memory-limit": MEMORY_OPTION,
    "dry-run": { type: "boolean", help: "Plan the memory, train nothing; needs no data" },
    profile: { type: "boolean", help: "Time every kernel on the GPU and list them at the end" },
    json: JSON_OPTION,
  },
  run: (values, terminal) =>
    withRanks(values, { terminal, folder: values.workDir }, async (ranks, terminal) => {
      if (values.steps !== undefined && values.epochs !== undefined) {
        throw new UsageError("Cannot count twice: --steps and --epochs exclude each other");
      }
      checkStart(values);
      checkScaled(values, ranks.size);
      if (values.iterResume) {
        terminal.note(
          "--iter-resume is not needed: every checkpoint goes on at the key frame where it was; --save-every 50 saves as often as the original's",
        );
      }
      using wishes = saveWishes(terminal);
      const { saveNow } = wishes;
      const { resumeFrom } = values;
      const checkpoint = resumeFrom === undefined
        ? undefined
        : await withFileProgress(terminal, () => readCheckpoint(resumeFrom));
      for (const text of checkpoint?.remarks ?? []) terminal.complain(text);
      const chosen = configOf(values, checkpoint, terminal.note);
      const accumulation = values.gradientAccumulation ?? checkpoint?.state.accumulation ?? 1;
      const stage = values.stage ?? checkpoint?.state.stage ?? "model";
      if (values.dryRun) return await dryRun({ ...values, accumulation, stage }, chosen, terminal);

      const roots = rootsOf(values);
      const { workDir } = values;
      if (workDir === undefined) {
        throw new UsageError('Cannot run without "--work-dir"', "Where checkpoints and metrics go");
      }
      const start = await withFileProgress(
        terminal,
        () => readStart(values, { chosen, stage, checkpoint }, terminal),
      );
      const frames = await readKeyFrames(roots, "train", chosen.config.task);
      const mix = await mixedSets(values.mix, chosen.config);
      const mixed = mix.reduce((sum, set) => sum + drawsOf(set), 0);
      const batch = ranks.size * accumulation * chosen.config.optim.batch;
      const gpu = await openModelGpu(
        { software: values.software || values.quick },
        chosen.preset,
        terminal,
      );
      try {
        const sized = values.quick ? quickSettings(chosen.config, gpu.name) : chosen.config;
        const steps = values.steps ?? (values.epochs && Math.ceil(
          values.epochs *
            epochSteps(frames, sized, { ranks: ranks.size, accumulation, mixed }),
        ));
        let config = scaled(sized, { ...values, steps });
        await assertSame(ranks, "program and settings", settingsText(chosen.preset, config));
        if (ranks.size > 1) {
          terminal.note(describeRanks(ranks, { frames: frames.length + mixed, batch, config }));
        }
        const done = start.checkpoint?.state.step ?? 0;
        if (start.checkpoint && done >= config.optim.steps) {
          terminal.note(`the checkpoint has its ${done} steps already, --steps gives it more`);
        }
        if (!start.checkpoint && ranks.rank === 0) noteOlderRun(workDir, terminal);
        const profiler = values.profile ? gpu.startProfile() : null;
        const memoryLimit = await memoryLimitOf(gpu, values.memoryLimit);
        const options = {
          preset: chosen.preset,
          config,
          stage,
          roots,
          frames,
          mix,
          workDir,
          seed: start.checkpoint?.state.seed ?? values.seed,
          ...start,
          ...(memoryLimit ? { memoryLimit } : {}),
          saveEvery: values.saveEvery,
          keep: values.keep,
          evalEvery: values.evalEvery,
          evalSplit: values.evalSplit,
          logEvery: values.logEvery,
          accumulation,
          ranks,
          gradients: values.gradients,
          skipBad: values.skipBad,
          maxSkipped: values.maxSkipped,
        };
        if (values.quick && values.steps === undefined && values.epochs === undefined) {
          config = await quickSchedule(gpu, options, terminal);
        }
        const long = {
          steps: config.optim.steps,
          unit: "steps",
          adapter: gpu.name,
          proposal: QUICK_PROPOSAL,
        } as const;
        const warning = new LongRunWarning(long, terminal);
        let step = done;
        let path = workDir;
        let stoppedAt: number | undefined;
        const draw = trainingProgress(terminal);
        await stoppable(terminal, async (stop) => {
          const asked = () => {
            warning.tick(++step);
            return saveNow();
          };
          const run = { ...options, config, stop, saveNow: asked };
          for await (const event of trainOccupancy(gpu, run)) {
            if (values.json) terminal.printJson(event);
            draw(event);
            // Each submission keeps its times on the GPU until they are read.
            if (event.type === "step" && event.step % PROFILED_STEPS === 0) await profiler?.rows();
            if (event.type === "finished" || event.type === "stopped") path = event.path;
            if (event.type === "stopped") stoppedAt = event.step;
          }
        });
        if (stoppedAt !== undefined) {
          terminal.complain(describeStop(values, workDir, [stoppedAt, config.optim.steps]));
        }
        if (ranks.rank > 0) return stoppedAt === undefined ? 0 : STOPPED;
        const times = await profiler?.rows();
        if (times) {
          profiler!.stop();
          writeProfile(workDir, times);
        }
        const summary = summarize(readRun(workDir).rows);
        if (values.json) {
          terminal.printJson({ type: "summary", ...summary, ...(times ? { profile: times } : {}) });
        } else {
          terminal.print(formatSummary(summary));
          if (times) terminal.print(`\n${formatProfile(times)}`);
          terminal.print(path);
        }
        return stoppedAt === undefined ? 0 : STOPPED;
      } finally {
        gpu.destroy();
      }
    }),
});

/** Throws where the options scale a training twice, or by what each process would measure for itself. */
function checkScaled(
  { steps, epochs, stepsScaler, quick, resumeFrom }: {
    readonly resumeFrom: string | undefined;
    readonly steps: number | undefined;
    readonly epochs: number | undefined;
    readonly stepsScaler: number | undefined;
    readonly quick: boolean;
  },
  processes: number,
): void {
  if (quick && stepsScaler !== undefined) {
    throw new UsageError(
      "Cannot scale a training twice: --quick and --steps-scaler exclude each other",
    );
  }
  const scaling = quick ? "--quick" : "--steps-scaler";
  if ((quick || stepsScaler !== undefined) && resumeFrom !== undefined) {
    throw new UsageError(
      `Cannot scale a training that has begun: ${scaling} and --resume-from exclude each other`,
    );
  }
  if (quick && processes > 1 && steps === undefined && epochs === undefined) {
    throw new UsageError(
      "Cannot measure steps in several processes: --quick with --gpus needs --steps or --epochs",
    );
  }
}

/** What all ranks must have alike, in words that show where they differ. */
function settingsText(preset: string, config: ModelConfig): string {
  return `voxsplat ${VERSION}, preset ${preset}, ${JSON.stringify(config)}`;
}

/** What was done, and the command that does the rest. */
function describeStop(
  values: { readonly [K in "data" | "dataRoot" | "annoRoot" | "occPath"]?: string | undefined } & {
    readonly mix: readonly string[];
  },
  workDir: string,
  [step, steps]: readonly [number, number],
): string {
  const folders = Object.keys(DATA_OPTIONS).flatMap((name) => {
    const folder = values[camelCase(name) as keyof typeof values];
    return folder === undefined ? [] : [`--${name} ${folder}`];
  });
  const mix = values.mix.map((word) => `--mix ${word}`);
  const words = [...folders, ...mix, `--work-dir ${workDir}`, `--resume-from ${workDir}`].join(" ");
  return `stopped at step ${step} of ${steps}, saved; to go on: deno task train ${words}`;
}

/** Settings for so many steps; `--quick` and `--steps-scaler` take the whole schedule along. */
function scaled(
  config: ModelConfig,
  { steps, quick, stepsScaler }: {
    readonly steps: number | undefined;
    readonly quick: boolean;
    readonly stepsScaler: number | undefined;
  },
): ModelConfig {
  const given = steps === undefined || quick
    ? config
    : applyOverrides(config, [`optim.steps=${steps}`]);
  const whole = (quick ? steps : undefined) ?? given.optim.steps;
  const wanted = Math.max(1, Math.round(whole * (stepsScaler ?? 1)));
  if (wanted === given.optim.steps) return given;
  return { ...given, optim: scaledSchedule(given.optim, wanted) };
}

async function dryRun(
  values: {
    readonly stage: "model" | "initializer";
    readonly accumulation: number;
    readonly evalEvery: number;
    readonly memoryLimit: number | undefined;
    readonly loadFrom: readonly string[];
    readonly fromScratch: boolean;
    readonly json: boolean;
  },
  chosen: ChosenConfig,
  terminal: Terminal,
): Promise<void> {
  const { preset, config } = chosen;
  const gpu = await openModelGpu({ software: true }, preset, terminal);
  try {
    const { stage, accumulation, evalEvery, json } = values;
    const start = values.loadFrom.length || values.fromScratch
      ? null
      : await describeStart(chosen, stage);
    if (start) terminal.note(start);
    const { plan, refusal } = await planAnywhere(gpu, config, {
      ...{ stage, accumulation, evaluates: evalEvery > 0 },
    });
    const limit = await memoryLimitOf(gpu, values.memoryLimit);
    if (json) {
      const why = refusal && { refusal: `${refusal.message}: ${(refusal.cause as Error).message}` };
      return terminal.printJson({ type: "planned", preset, stage, plan, limit, ...why });
    }
    terminal.print(formatPlan(plan));
    if (refusal) {
      terminal.complain(
        `${refusal.message} (${
          (refusal.cause as Error).message
        }); the plan is for one that binds 2 GiB`,
      );
    } else if (!limit) {
      terminal.note("how much the adapter has is not known, --memory-limit GIB says it");
    } else {
      await checkMemory(gpu, plan, config, { stage, accumulation, memoryLimit: limit });
      terminal.print(`${limit.source} ${(limit.bytes / 2 ** 20).toFixed(1)} MiB: it fits`);
    }
  } finally {
    gpu.destroy();
  }
}
