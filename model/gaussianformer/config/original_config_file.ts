import { basename } from "@std/path";
import { readPythonConfig } from "../../../data/formats/python_config.ts";
import type { GaussianFormerConfig } from "./config.ts";
import { originalConfig } from "./original_config.ts";

/** What a configuration file of the original says. */
export interface OriginalConfigFile {
  /** The file's name without its ending, as the presets are called. */
  readonly name: string;
  readonly config: GaussianFormerConfig;
  /** Weights that the original starts from; they are loaded only where asked for. */
  readonly loadFrom: string | null;
}

/** Reads a Python configuration file of the original, with its bases, without running Python. */
export function readOriginalConfig(path: string): OriginalConfigFile {
  const options = readPythonConfig(path);
  let config: GaussianFormerConfig;
  try {
    config = originalConfig(options);
  } catch (cause) {
    throw new SyntaxError(`Cannot use "${path}": it is read, but not all of it can be done here`, {
      cause,
    });
  }
  const { load_from: loadFrom } = options;
  return {
    name: basename(path).replace(/\.py$/, ""),
    config,
    loadFrom: typeof loadFrom === "string" && loadFrom ? loadFrom : null,
  };
}
