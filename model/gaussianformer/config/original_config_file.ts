import { basename } from "@std/path";
import { readPythonConfig } from "../../../data/formats/python_config.ts";
import type { GaussianFormerConfig } from "./config.ts";
import { originalConfig } from "./original_config.ts";

/** What a configuration file of the original says. */
export interface OriginalConfigFile {
  /** The file's name without its ending, as the presets are called. */
  readonly name: string;
  /** The settings in our terms. */
  readonly config: GaussianFormerConfig;
  /** Weights that the original starts from ("load_from"). */
  readonly loadFrom: string | null;
  /** The checkpoint that the original goes on from ("resume_from"). */
  readonly resumeFrom: string | null;
  /** Weights of a sampled lifter's depth network ("pretrained_path" of the lifter). */
  readonly initializer: string | null;
}

/** Reads a Python configuration file of the original, with its bases, without running Python. */
export function readOriginalConfig(path: string): OriginalConfigFile {
  const { values: options } = readPythonConfig(path);
  let config: GaussianFormerConfig;
  try {
    config = originalConfig(options);
  } catch (cause) {
    throw new SyntaxError(`Cannot use "${path}": it is read, but not all of it can be done here`, {
      cause,
    });
  }
  const text = (value: unknown) => typeof value === "string" && value ? value : null;
  const { model } = options as { model?: { lifter?: Record<string, unknown> } };
  return {
    name: basename(path).replace(/\.py$/, ""),
    config,
    loadFrom: text(options.load_from),
    resumeFrom: text(options.resume_from),
    initializer: text(model?.lifter?.pretrained_path),
  };
}
