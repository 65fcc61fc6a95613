import {
  mapLabels,
  type MappedLabels,
  type OccupancyTask,
  surroundOcc,
  taskOfFolder,
} from "../data/mod.ts";
import {
  checkConfig,
  completeConfig,
  describeAccount,
  type ModelConfig,
  onTask,
  presets,
  presetsOf,
  type PretrainedBackbone,
  readOriginalConfig,
  type TrainedWeights,
} from "../model/mod.ts";
import { readRunConfig } from "../mod.ts";
import { SOFTWARE_OPTION } from "./gpu.ts";
import type { Options } from "./command_line/options.ts";
import { applyOverrides } from "./command_line/overrides.ts";
import { UsageError } from "./command_line/usage_error.ts";

/** The options that choose a model and change its settings. */
export const PRESET_OPTIONS = {
  preset: {
    type: "string",
    choices: Object.keys(presets) as (keyof typeof presets)[],
    help: "The model and its settings",
  },
  "py-config": {
    type: "string",
    value: "FILE",
    help: "A Python configuration file of the original, read without running it",
  },
  config: {
    type: "string",
    value: "FILE",
    help: "Settings as a run saved them in config.json, or its folder",
  },
  "turn-gaussians": {
    type: "boolean",
    help: "Gaussians of the key frame before turn with the car, as stream.turn=true",
  },
  set: { type: "list", value: "PATH.KEY=VALUE", help: "Change one setting of the preset" },
  software: SOFTWARE_OPTION,
} as const satisfies Options;

/** A model's settings and what they are called. */
export interface ChosenConfig {
  readonly preset: string;
  readonly config: ModelConfig;
  /** What the labels of the data are, where they are others than the model's and are mapped to them. */
  readonly mapped?: MappedLabels | null;
  /** Weights that a configuration file of the original names to start from. */
  readonly loadFrom?: string | null;
  /** The checkpoint that it goes on from. */
  readonly resumeFrom?: string | null;
  /** Weights of the lifter's depth network. */
  readonly initializer?: string | null;
  /** Weights of backbones. */
  readonly pretrained?: readonly PretrainedBackbone[];
}

/**
 * The settings that the options name; those of a checkpoint where it has some. `note` is told what of
 * a configuration file was used.
 */
export function configOf(
  { preset, pyConfig, config: saved, set: changes, turnGaussians, data, occPath }: {
    /** Folder of the data; how it is laid out says what its labels are. */
    readonly data?: string | undefined;
    /** Folder of labels that lie elsewhere: those that the model is for. */
    readonly occPath?: string | undefined;
    readonly preset?: keyof typeof presets | undefined;
    readonly pyConfig?: string | undefined;
    readonly config?: string | undefined;
    readonly set: readonly string[];
    readonly turnGaussians?: boolean | undefined;
  },
  checkpoint?: TrainedWeights,
  note: (line: string) => void = () => {},
  /** What classes of the data are called by the model, where these may be other ones. */
  names?: ReadonlyMap<string, string>,
): ChosenConfig {
  const set = turnGaussians ? [...changes, "stream.turn=true"] : changes;
  const taskFor = ({ task: { dataset } }: Pick<ModelConfig, "task">) =>
    data === undefined || occPath !== undefined ? null : taskOfFolder(data, dataset);
  const named = Object.entries({ preset, "py-config": pyConfig, config: saved })
    .flatMap(([name, value]) => value === undefined ? [] : [`--${name}`]);
  if (named.length > 1) {
    throw new UsageError(
      `Cannot choose a model twice: ${named.join(" and ")} exclude each other`,
    );
  }
  if (saved !== undefined) {
    const { name, config } = savedConfig(saved);
    const task = taskFor(config);
    return { preset: name, config: changed(task ? onTask(config, task) : config, set) };
  }
  if (pyConfig !== undefined) {
    const task = taskFor({ task: surroundOcc });
    const read = readOriginalConfig(pyConfig, task);
    for (const line of describeAccount(pyConfig, read)) note(line);
    const { name, config, account: _, ...files } = read;
    const other = task !== null && config.task.dataset !== task.dataset;
    if (other) note(`classes, cameras and grid are those of "${data}", not of "${pyConfig}"`);
    return { preset: name, config: changed(other ? onTask(config, task) : config, set), ...files };
  }
  if (checkpoint) {
    const { preset: name, config } = configOfCheckpoint(preset, checkpoint);
    const task = taskFor(config);
    if (!task && data !== undefined && config.task.dataset === "own") {
      throw new UsageError(
        `Cannot use "${data}" with "${checkpoint.file}": it learned labels of "${config.task.name}", and ` +
          `there is no task.json`,
        "docs/own_data.md says how such a folder is laid out",
      );
    }
    const mapped = task && names && otherFact(config.task, task) !== undefined
      ? mapLabels(task, config.task, names)
      : null;
    if (names?.size && !mapped) {
      throw new UsageError(
        `Cannot map "${
          [...names.keys()].join('", "')
        }": the data have the labels that "${checkpoint.file}" learned`,
      );
    }
    // Pictures of one car may have labels of several kinds: where none are read, or others are there too.
    const pictures = names === undefined && task?.dataset !== config.task.dataset &&
      JSON.stringify(task?.cameras) === JSON.stringify(config.task.cameras);
    if (task && !mapped && !pictures) sameTask(checkpoint.file, config.task, task);
    return { preset: name, config: changed(config, set), mapped };
  }
  const chosen: ModelConfig = presets[preset ?? "demo"];
  const task = taskFor(chosen);
  if (task && preset !== undefined && task.dataset !== chosen.task.dataset) {
    note(`the labels in "${data}" are of ${task.name}: "${preset}" is put onto them`);
  }
  return {
    preset: preset ?? "demo",
    config: changed(task ? onTask(chosen, task) : chosen, set),
  };
}

/** What of two tasks differs first; undefined where they are of one kind. */
export function otherFact(one: OccupancyTask, other: OccupancyTask) {
  const facts = ["classes", "empty", "ignored", "grid", "frame", "cameras"] as const;
  return facts.find((fact) => JSON.stringify(one[fact]) !== JSON.stringify(other[fact]));
}

/** Throws where a model learned other labels than those of a folder. */
function sameTask(file: string, trained: OccupancyTask, task: OccupancyTask): void {
  const other = otherFact(trained, task);
  if (other === undefined) return;
  throw new UsageError(
    `Cannot use "${file}" on these data: it learned labels of "${trained.name}", whose ${other} are ` +
      `${JSON.stringify(trained[other])}, those of "${task.name}" there are ${
        JSON.stringify(task[other])
      }`,
  );
}

/** Settings of a run, of this version or an older one. */
function savedConfig(
  path: string,
): { readonly name: string; readonly config: ModelConfig } {
  const { preset, config } = readRunConfig(path);
  try {
    return { name: preset, config: completeConfig(config as ModelConfig) };
  } catch {
    throw new UsageError(
      `Cannot read "--config ${path}": its "config" has not the settings of a model`,
      "config.json in the folder of a run is one",
    );
  }
}

function changed(config: ModelConfig, set: readonly string[]): ModelConfig {
  const result = applyOverrides(config, set);
  checkConfig(result, { labelled: true });
  return result;
}

/** A checkpoint's own settings say more than its preset: they hold what was changed. */
function configOfCheckpoint(
  preset: keyof typeof presets | undefined,
  { file, state, weights }: TrainedWeights,
): ChosenConfig {
  if (state) {
    if (preset !== undefined && preset !== state.preset) {
      throw new UsageError(
        `Cannot use "${file}" as preset "${preset}": it was trained as "${state.preset}"`,
        "leave --preset out, the checkpoint knows its settings",
      );
    }
    return { preset: state.preset, config: completeConfig(state.config as ModelConfig) };
  }
  const fitting = presetsOf(weights);
  const [seeming] = fitting;
  if (preset === undefined) {
    throw new UsageError(
      `Cannot tell the settings of "${file}": it holds weights alone, a preset or configuration must be named`,
      seeming ? `they seem to be of --preset ${seeming}` : undefined,
    );
  }
  if (seeming && !fitting.includes(preset)) {
    throw new UsageError(
      `Cannot use "${file}" as preset "${preset}": by its shapes it is of "${seeming}"`,
    );
  }
  return { preset, config: presets[preset] };
}
