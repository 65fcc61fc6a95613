import { parseArgs } from "@std/cli/parse-args";
import { meantOption } from "./meant.ts";
import {
  type Arguments,
  camelCase,
  LARGEST,
  type NumberRange,
  type Option,
  type Options,
} from "./options.ts";
import { nameHint, nearestName, nearestNames, UsageError } from "./usage_error.ts";

const WEIGHTS = /\.(pth?|ckpt|safetensors)$/i;

// Of more options the names are no help.
const MOST_LISTED = 12;

type Given = string | boolean | (string | boolean)[] | undefined;

/**
 * Reads the words after a command's name against its declarations.
 *
 * Strict where parseArgs is lenient: an unknown option, a value of the wrong kind, an option given
 * twice and a word too many are errors.
 */
export function parseWords(
  words: readonly string[],
  options: Options,
  args: Arguments,
): Record<string, unknown> {
  const names = Object.keys(options);
  const takesValue = (name: string) =>
    Object.hasOwn(options, name) && options[name]!.type !== "boolean";
  const parsed = parseArgs(prepare(words, options, takesValue), {
    string: ["_", ...names.filter(takesValue)],
    boolean: names.filter((name) => !takesValue(name)),
    negatable: names.filter((name) => isNegatable(options[name]!)),
    collect: names,
    alias: "help" in options ? { help: "h" } : {},
    unknown: (word: string, key?: string) => {
      if (key === undefined) return true;
      const flag = word.replace(/=.*$/s, "");
      throw new UsageError(
        `Cannot read the command line: no option "${flag}" here`,
        optionHint(flag, options),
      );
    },
  }) as Record<string, Given>;

  // First, for a word that stands alone tells what a missing option lacks.
  const values = argumentValues(parsed._ as string[], args, options);
  for (const [name, option] of Object.entries(options)) {
    values[camelCase(name)] = optionValue(name, option, parsed[name]);
  }
  return values;
}

/** What an option that is not there was meant to be: by its meaning, else by its letters. */
function optionHint(flag: string, options: Options): string {
  const names = Object.keys(options);
  const meant = meantOption(flag, names);
  if (meant !== undefined) return `did you mean ${meant}?`;
  const known = names.map((name) => `--${isNegatable(options[name]!) ? "no-" : ""}${name}`);
  const nearest = nearestName(flag.replace(/^[-–—]+/, "--"), known);
  if (nearest !== undefined) return `did you mean ${nearest}?`;
  return known.length > MOST_LISTED
    ? `--help lists its ${known.length} options`
    : nameHint(flag, known, "options");
}

/** Whether the option is on unless `--no-NAME` is given. */
export function isNegatable(option: Option): boolean {
  return option.type === "boolean" && option.default === true;
}

/** Joins `--name -5`, which parseArgs would read as two options, and refuses `--switch=word`. */
function prepare(
  words: readonly string[],
  options: Options,
  takesValue: (name: string) => boolean,
): string[] {
  const prepared: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "--") return [...prepared, ...words.slice(i)];
    const [, name = "", value] = word.match(/^--([^=]+)(?:=(.*))?$/s) ?? [];
    const next = words[i + 1];
    if (takesValue(name) && value === undefined && /^-[\d.]/.test(next ?? "")) {
      prepared.push(`${word}=${next}`);
      i++;
    } else if (Object.hasOwn(options, name) && !takesValue(name) && value !== undefined) {
      throw new UsageError(`Cannot read "${word}": --${name} is a switch, it takes no value`);
    } else if (Object.hasOwn(options, name) && !takesValue(name)) {
      prepared.push(`${word}=true`); // else parseArgs takes a following word "true" for its value
    } else prepared.push(word);
  }
  return prepared;
}

function optionValue(name: string, option: Option, raw: Given): unknown {
  const given = raw === undefined ? [] : [raw].flat();
  if (option.type === "boolean") return given.at(-1) ?? option.default ?? false;
  const words = given.map(String);
  if (words.includes("")) {
    throw new UsageError(`Cannot read "--${name}": a value must follow`, option.help);
  }
  if (words.length === 0 && option.required) {
    throw new UsageError(`Cannot run without "--${name}"`, `${option.help}`);
  }
  if (option.type === "list") {
    if (option.each) { for (const word of words) numberOf(name, word, option.each); }
    return words.map((word) => chosen(name, word, option.choices));
  }
  if (words.length > 1) {
    throw new UsageError(
      `Cannot read "--${name}": given ${words.length} times, it takes one value`,
    );
  }
  if (words.length === 0) return option.default;
  if (option.type === "string") return chosen(name, words[0]!, option.choices);
  return numberOf(name, words[0]!, option);
}

function numberOf(name: string, word: string, range: NumberRange): number {
  const value = Number(word);
  const { min = -LARGEST, max = LARGEST, integer } = range;
  const fits = Number.isFinite(value) && value >= min && value <= max &&
    (!integer || Number.isSafeInteger(value)) && word.trim() !== "";
  if (fits) return value;
  throw new UsageError(`Cannot read "--${name} ${word}": it must be ${describeRange(range)}`);
}

function chosen(name: string, word: string, choices: readonly string[] | undefined): string {
  if (choices === undefined || choices.includes(word)) return word;
  const nearest = nearestNames(word, choices);
  throw new UsageError(
    `Cannot read "--${name} ${word}": it must be one of ${choices.join(", ")}`,
    nearest.length === 0 ? undefined : `did you mean ${nearest.join(" or ")}?`,
  );
}

/** What an option takes, in words: `a whole number from 1`. */
export function describeValue(option: Option): string {
  if (option.type === "boolean") return "a switch";
  if (option.type !== "number") {
    return option.choices ? `one of ${option.choices.join(", ")}` : "a text";
  }
  return describeRange(option);
}

function describeRange({ integer, min, max }: NumberRange): string {
  const from = min === undefined ? "" : ` from ${min}`;
  const to = max === undefined ? ` to ${LARGEST}` : ` to ${max}`;
  return `${integer ? "a whole number" : "a number"}${from}${to}`;
}

function argumentValues(
  words: readonly string[],
  args: Arguments,
  options: Options,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  let next = 0;
  for (const [name, argument] of Object.entries(args)) {
    const taken = argument.rest ? words.slice(next) : words.slice(next, next + 1);
    if (taken.length === 0 && !argument.optional) {
      throw new UsageError(`Cannot run without ${name.toUpperCase()}`, argument.help);
    }
    next += taken.length;
    values[camelCase(name)] = argument.rest ? taken : taken[0];
  }
  if (next < words.length) {
    const takes = Object.keys(args).length === 0 ? "no words" : Object.keys(args).join(", ");
    throw new UsageError(
      `Cannot read the command line: "${words[next]}" is a word too many, it takes ${takes}`,
      wordHint(words[next]!, options),
    );
  }
  return values;
}

/** What a word that stands alone lacks: the name of the option whose value it is. */
function wordHint(word: string, options: Options): string | undefined {
  const named = Object.entries(options);
  const [, before = "", after = ""] = /^[-–—]*([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  if (Object.hasOwn(options, before)) {
    return `did you mean --${before}${after && ` ${after}`}?`;
  }
  if (after && "set" in options) return `did you mean --set ${word}?`;
  const choosing = named.find(([, option]) =>
    "choices" in option && option.choices?.includes(word)
  );
  // A word that ends as files do is one; of several options the first is the most needed.
  const kind = WEIGHTS.test(word) ? "CKPT" : /\.[a-z]\w*$/i.test(word) ? "FILE" : "DIR";
  const takers = named.filter(([, option]) => "value" in option && option.value === kind);
  const needed = takers.find(([, option]) => "required" in option && option.required);
  const [name] = choosing ?? needed ?? takers[0] ?? [];
  return name === undefined ? undefined : `did you mean --${name} ${word}?`;
}
