import {
  type Situation,
  type SituationName,
  SITUATIONS,
  type SplatConfig,
} from "../../../../model/splat/mod.ts";
import type { Options } from "../../../command_line/options.ts";
import { nearestName, UsageError } from "../../../command_line/usage_error.ts";
import { wordsOf } from "./settings_words.ts";

/** `--for`: settings for what a capture is of. */
export const SITUATION_OPTION = {
  type: "string",
  choices: Object.keys(SITUATIONS) as SituationName[],
  help: `Settings for a kind of capture, other options come on top: ${
    Object.entries(SITUATIONS).map(([name, { summary }]) => `${name}: ${summary}`).join("; ")
  }`,
} as const;

/** The words with those that `--for` stands for, where none says otherwise; as `referenceWords` gives them. */
export function withSituation(words: readonly string[], options: Options): string[] {
  const name = words.find((word) => word.startsWith("--for="))?.slice("--for=".length);
  if (name === undefined) return [...words];
  return [...wordsOf(situation(name).settings, words, options), ...words];
}

/** What `--for` sets, as it is printed: all of it, so that it is told what other options have overruled. */
export function situationText(name: string, config: SplatConfig): string {
  const set = Object.entries(situation(name).settings).map(([key, value]) => {
    const now = config[key as keyof SplatConfig];
    return now === value ? `${key} ${value}` : `${key} ${value} (given: ${now})`;
  });
  return `--for ${name} sets ${set.join(", ")}`;
}

function situation(name: string): Situation {
  if (Object.hasOwn(SITUATIONS, name)) return SITUATIONS[name as SituationName];
  const near = nearestName(name, Object.keys(SITUATIONS));
  throw new UsageError(
    `Cannot train for "${name}": the situations are ${Object.keys(SITUATIONS).join(", ")}`,
    near === undefined ? undefined : `did you mean ${near}?`,
  );
}
