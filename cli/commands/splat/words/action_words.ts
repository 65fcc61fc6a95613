import {
  SPLAT_ACTIONS,
  type SplatAction,
  type SplatActionDefinition,
  type SplatActionName,
} from "../../../../data/mod.ts";
import type { Option, Options } from "../../../command_line/options.ts";
import { UsageError } from "../../../command_line/usage_error.ts";

/** One action of a command line. */
export interface GivenAction {
  /** As it was written. */
  readonly text: string;
  readonly name: SplatActionName;
  readonly apply: SplatAction;
  /** Whether it is done to each Gaussian for itself. */
  readonly each: boolean;
  /** How many files stand before it. */
  readonly after: number;
}

/** The actions as options, for the help and for hints at misspelt names. */
export const ACTION_OPTIONS: Options = Object.fromEntries(
  Object.entries(SPLAT_ACTIONS).map(([name, { value, letter, help }]): [string, Option] => {
    const text = letter ? `${help} (-${letter})` : help;
    return [
      name,
      value === null ? { type: "boolean", help: text } : { type: "list", value, help: text },
    ];
  }),
);

const BY_LETTER = new Map(
  Object.entries(SPLAT_ACTIONS).flatMap(([name, { letter }]) =>
    letter ? [[letter, name as SplatActionName] as const] : []
  ),
);

/**
 * Takes the actions out of a command's words, each with its place among the files: what stands after
 * the first file is done to that file, what stands after the last to all together.
 */
export function takeActions(
  words: readonly string[],
  options: Options,
): { rest: string[]; actions: GivenAction[] } {
  const rest: string[] = [];
  const actions: GivenAction[] = [];
  let files = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "--") {
      rest.push(...words.slice(i));
      break;
    }
    const [, long, letter, given] = /^(?:--([^=]+)|-([A-Za-z]))(?:=([^]*))?$/.exec(word) ?? [];
    const name = nameOf(long, letter);
    if (name === undefined) {
      rest.push(word);
      if (!word.startsWith("-") || word === "-") files++;
      else if (long !== undefined && takesValue(options[long]) && given === undefined) {
        if (i + 1 < words.length) rest.push(words[++i]!);
      }
      continue;
    }
    const { value, optional }: SplatActionDefinition = SPLAT_ACTIONS[name];
    let text = given ?? "";
    const next = words[i + 1];
    const takesNext = value !== null && given === undefined && next !== undefined &&
      (!optional || /^[-\d.,]+$/.test(next));
    if (takesNext) {
      text = next;
      i++;
    }
    actions.push(actionOf(name, word.replace(/=[^]*$/, ""), text, files));
  }
  return { rest, actions };
}

function nameOf(long: string | undefined, letter: string | undefined): SplatActionName | undefined {
  if (letter !== undefined) return BY_LETTER.get(letter);
  return long !== undefined && Object.hasOwn(SPLAT_ACTIONS, long)
    ? long as SplatActionName
    : undefined;
}

function takesValue(option: Option | undefined): boolean {
  return option !== undefined && option.type !== "boolean";
}

function actionOf(
  name: SplatActionName,
  written: string,
  value: string,
  after: number,
): GivenAction {
  const { parse, value: form, optional, each }: SplatActionDefinition = SPLAT_ACTIONS[name];
  if (form === null && value !== "") {
    throw new UsageError(`Cannot read "${written}=${value}": it takes no value`);
  }
  if (form !== null && value === "" && !optional) {
    throw new UsageError(`Cannot read "${written}": a value must follow, ${form}`);
  }
  const text = value === "" ? written : `${written} ${value}`;
  try {
    return { text, name, apply: parse(value), each: each === true, after };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`Cannot read "${text}": ${error.message}`);
  }
}
