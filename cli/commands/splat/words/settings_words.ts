import { join } from "@std/path";
import type { Options } from "../../../command_line/options.ts";
import { nearestName, UsageError } from "../../../command_line/usage_error.ts";

/** `--config`: what it reads is what a run leaves as run.json. */
export const SETTINGS_OPTION = {
  type: "string",
  value: "FILE",
  help: "Settings as a run saved them in run.json, or its folder; other options come on top",
} as const;

// Where a model goes is never taken from another one.
const LEFT = ["model_path"];

/** The words with those that a settings file stands for, where none says otherwise; as `referenceWords` gives them. */
export function withSettings(words: readonly string[], options: Options): string[] {
  const path = words.find((word) => word.startsWith("--config="))?.slice("--config=".length);
  if (path === undefined) return [...words];
  const settings = readSettings(path);
  for (const key of Object.keys(settings)) {
    const name = optionOf(key, options);
    if (Object.hasOwn(options, name)) continue;
    const near = nearestName(name, Object.keys(options));
    throw new UsageError(
      `Cannot read "--config ${path}": "${key}" is no setting`,
      near === undefined ? undefined : `did you mean ${near}?`,
    );
  }
  return [...wordsOf(settings, words, options), ...words];
}

/** The words that settings stand for, without those that are among `words` already. */
export function wordsOf(
  settings: Readonly<Record<string, string | number | boolean>>,
  words: readonly string[],
  options: Options,
): string[] {
  return Object.entries(settings).flatMap(([key, value]) => {
    const name = optionOf(key, options);
    const given = words.some((word) => word === `--${name}` || word.startsWith(`--${name}=`));
    if (given || LEFT.includes(key) || value === false || value === "") return [];
    return [value === true ? `--${name}` : `--${name}=${value}`];
  });
}

function optionOf(key: string, options: Options): string {
  return Object.hasOwn(options, key) ? key : key.replaceAll("_", "-");
}

function readSettings(path: string): Readonly<Record<string, string | number | boolean>> {
  const refuse = (what: string, cause?: unknown): never => {
    throw Object.assign(
      new UsageError(
        `Cannot read "--config ${path}": ${what}`,
        "run.json in a model's folder is one",
      ),
      cause === undefined ? {} : { cause },
    );
  };
  let value: unknown;
  try {
    const file = Deno.statSync(path).isDirectory ? join(path, "run.json") : path;
    value = JSON.parse(Deno.readTextFileSync(file));
  } catch (cause) {
    return refuse(
      cause instanceof SyntaxError ? "it is not JSON" : "there is no such file of settings",
      cause,
    );
  }
  const settings = isObject(value) && isObject(value.config) ? value.config : value;
  if (!isObject(settings)) return refuse("it is no object of settings");
  for (const [key, setting] of Object.entries(settings)) {
    if (!["string", "number", "boolean"].includes(typeof setting)) {
      refuse(`"${key}" must be a number, a text, true or false`);
    }
  }
  return settings as Record<string, string | number | boolean>;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
