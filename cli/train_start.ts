import { basename } from "@std/path";
import {
  type Checkpoint,
  forDepthNetwork,
  modelOf,
  readCheckpoint,
  readTrainedWeights,
  runCheckpoints,
  type Stage,
  type TrainedWeights,
} from "../model/mod.ts";
import { noteWeights } from "./model_options.ts";
import type { Options } from "./command_line/options.ts";
import type { ChosenConfig } from "./presets.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { UsageError } from "./command_line/usage_error.ts";

/** The options that say what a training run starts from. */
export const START_OPTIONS = {
  "resume-from": {
    type: "string",
    value: "CKPT",
    help: "Go on from a checkpoint, or from the latest one of a folder",
  },
  "load-from": {
    type: "list",
    value: "FILE",
    help:
      "Start from the weights of a .pth or .safetensors file, or of the shipped model demo, as far as " +
      "their keys fit; several in turn",
  },
  "from-scratch": {
    type: "boolean",
    help: "Start from random weights, whatever the configuration file says",
  },
} as const satisfies Options;

/** What a training run starts from. */
export interface Start {
  readonly checkpoint?: Checkpoint;
  readonly initial: readonly TrainedWeights[];
}

type StartWords = {
  readonly resumeFrom?: string | undefined;
  readonly loadFrom: readonly string[];
  readonly fromScratch: boolean;
};

/** Throws where the options name more than one start; returns how many they name. */
export function checkStart({ resumeFrom, loadFrom, fromScratch }: StartWords): number {
  const named = [
    resumeFrom !== undefined && "--resume-from",
    loadFrom.length > 0 && "--load-from",
    fromScratch && "--from-scratch",
  ].filter(Boolean);
  if (named.length > 1) {
    throw new UsageError(
      `Cannot both go on and start anew: ${named.join(" and ")} exclude each other`,
    );
  }
  return named.length;
}

/** Reads what the options name, or else what a configuration file of the original does. */
export async function readStart(
  { resumeFrom, loadFrom, fromScratch, stage: given }: StartWords & {
    readonly stage?: Stage | undefined;
  },
  { chosen, stage, checkpoint }: {
    readonly chosen: ChosenConfig;
    readonly stage: Stage;
    readonly checkpoint: Checkpoint | undefined;
  },
  terminal: Terminal,
): Promise<Start> {
  const named = checkStart({ resumeFrom, loadFrom, fromScratch });
  const { config, resumeFrom: configured } = chosen;
  const from = checkpoint ??
    (named === 0 && configured
      ? await configuredFile("resume_from", configured, readCheckpoint)
      : undefined);
  if (from) {
    const trained = from.state.stage ?? "model";
    if ((given ?? stage) !== trained) {
      throw new UsageError(
        `Cannot go on from "${from.file}" in stage "${
          given ?? stage
        }": it is of stage "${trained}"`,
        "--load-from starts from its weights",
      );
    }
    return { checkpoint: from, initial: [] };
  }
  if (fromScratch) return { initial: [] };
  if (loadFrom.length) {
    const initial: TrainedWeights[] = [];
    for (const file of loadFrom) initial.push(await readTrainedWeights(file));
    for (const weights of initial) noteWeights(weights, terminal);
    return { initial };
  }
  const initial: TrainedWeights[] = [];
  for (const { option, file, depths } of configuredWeights(chosen, stage)) {
    const weights = await configuredFile(option, file, readTrainedWeights);
    noteWeights(weights, terminal);
    initial.push(depths ? forDepthNetwork(weights) : weights);
  }
  const remark = initial.length || stage !== "model" ? null : modelOf(config).unlearned?.(config);
  if (remark) terminal.note(remark);
  return { initial };
}

/** Weights that a configuration file names, in the order in which they are loaded. */
function configuredWeights(
  { pretrained = [], loadFrom, initializer }: ChosenConfig,
  stage: Stage,
): { readonly option: string; readonly file: string; readonly depths: boolean }[] {
  const whole = stage === "model";
  return [
    ...pretrained.filter(({ of }) => whole || of === "initializer")
      .map(({ option, file, of }) => ({ option, file, depths: whole && of === "initializer" })),
    ...(loadFrom ? [{ option: "load_from", file: loadFrom, depths: false }] : []),
    // Their own pre-training is where the depth network's weights come from.
    ...(initializer && whole
      ? [{ option: "model.lifter.pretrained_path", file: initializer, depths: false }]
      : []),
  ];
}

/** One line on the weights that a run would start from, and which of their files are not there. */
export async function describeStart(chosen: ChosenConfig, stage: Stage): Promise<string | null> {
  const files = configuredWeights(chosen, stage);
  const told = await Promise.all(files.map(async ({ option, file }) => {
    const there = await Deno.stat(file).then(() => true, () => false);
    return `"${file}" (${option}${there ? "" : ", not there"})`;
  }));
  return told.length ? `a run starts from ${told.join(", ")}` : null;
}

/** Says that a folder holds a run, of which the new one takes the place. */
export function noteOlderRun(workDir: string, terminal: Terminal): void {
  const newest = runCheckpoints(workDir)?.[0];
  if (newest === undefined) return;
  terminal.note(
    `"${workDir}" holds a run up to "${
      basename(newest)
    }", this one starts anew; --resume-from ${newest} goes on with it`,
  );
}

async function configuredFile<T>(
  name: string,
  file: string,
  read: (file: string) => Promise<T>,
): Promise<T> {
  try {
    if (/^[\w-]+:\/\//.test(file)) {
      throw new Error(`Cannot read "${file}": it is on the web, and nothing is downloaded`);
    }
    return await read(file);
  } catch (cause) {
    throw Object.assign(
      new Error(`Cannot start from "${file}", which the configuration names as "${name}"`, {
        cause,
      }),
      { hint: "--load-from FILE names other weights, --from-scratch starts from random ones" },
    );
  }
}
