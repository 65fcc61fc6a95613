import { basename } from "@std/path";
import { readPythonConfig } from "../../../data/formats/python_config.ts";
import type { OccupancyTask } from "../../../data/occupancy/task.ts";
import type { AnchorModelConfig } from "./anchor_config.ts";
import type { ModelConfig } from "./model_config.ts";
import type { PretrainedBackbone } from "./original/original_reader.ts";
import { type ReadOptions, readOptions } from "./original_config.ts";
import type { OptionsAccount } from "./original/options_ledger.ts";

/** What a configuration file of the original says. */
export interface OriginalConfigFile {
  /** The file's name without its ending, as the presets are called. */
  readonly name: string;
  /** The settings in our terms. */
  readonly config: ModelConfig;
  /** Weights that the original starts from ("load_from"). */
  readonly loadFrom: string | null;
  /** The checkpoint that the original goes on from ("resume_from"). */
  readonly resumeFrom: string | null;
  /** Weights of a sampled lifter's depth network ("pretrained_path" of the lifter). */
  readonly initializer: string | null;
  /** Weights that backbones start from ("pretrained" and "init_cfg"). */
  readonly pretrained: readonly PretrainedBackbone[];
  /** Which leaves were used, and which change nothing here. */
  readonly account: OptionsAccount;
}

/**
 * Reads a Python configuration file of the original, with its bases, without running Python. `task` says
 * what the data's own labels are: a file for as many classes is one for them.
 */
export function readOriginalConfig(
  path: string,
  task: OccupancyTask | null = null,
): OriginalConfigFile {
  const { values: options, idle } = readPythonConfig(path);
  let read: ReadOptions;
  try {
    read = readOptions(options, { idle, task });
  } catch (cause) {
    throw new SyntaxError(`Cannot use "${path}": it is read, but not all of it can be done here`, {
      cause,
    });
  }
  const text = (value: unknown) => typeof value === "string" && value ? value : null;
  const { model } = options as { model?: { lifter?: Record<string, unknown> } };
  return {
    name: basename(path).replace(/\.py$/, ""),
    ...read,
    loadFrom: text(options.load_from),
    resumeFrom: text(options.resume_from),
    initializer: text(model?.lifter?.pretrained_path),
  };
}

/** Lines that say what of a file was used, what was not needed, and what is done in another way. */
export function describeAccount(
  path: string,
  { account, config }: Pick<OriginalConfigFile, "account" | "config">,
): string[] {
  const { used, unneeded, idle } = account;
  const nameOf = (path: string) => path.split(".").at(-1)!;
  const taken = new Set(used.map(nameOf));
  // The name alone is enough where no option of that name is used.
  const names = unneeded.map(({ path }) => taken.has(nameOf(path)) ? path : nameOf(path));
  const counts = Map.groupBy([...names, ...idle], (name) => name);
  const listed = [...counts].map(([name, { length }]) => length > 1 ? `${name} (${length})` : name);
  const lines = [
    `"${path}": ${used.length} of its settings are used; not needed here: ${
      listed.join(", ") || "none"
    }`,
  ];
  const { batch } = config.optim;
  if (batch > 1) {
    const { lifter } = config as Partial<AnchorModelConfig>;
    const exact = config.backbone.frozenNorms && lifter?.kind !== "sampled";
    lines.push(
      `a batch of ${batch} key frames is their mean gradient, computed one after the other: ${
        exact
          ? "exact, for all batch norms are frozen"
          : "batch norms that are trained see one key frame at a time"
      }`,
    );
  }
  return lines;
}
