import type { Options } from "../../../command_line/options.ts";
import { meantOption } from "../../../command_line/meant.ts";
import { UsageError } from "../../../command_line/usage_error.ts";

/** One-letter names of the reference's options. */
const LETTERS: Readonly<Record<string, string>> = {
  s: "source_path",
  m: "model_path",
  i: "images",
  d: "depths",
  r: "resolution",
  w: "white_background",
};

/**
 * Turns words as the reference takes them into those of this program: `-s DIR`, lists with spaces
 * (`--test_iterations 7000 30000`), beginnings of names that say enough (`--iter 100`). `letters` are
 * the short names of a command that has others than `train` and `render`.
 */
export function referenceWords(
  words: readonly string[],
  options: Options,
  letters: Readonly<Record<string, string>> = LETTERS,
): string[] {
  const out: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "--") return [...out, ...words.slice(i)];
    if (!/^-{1,2}[A-Za-z]/.test(word)) {
      out.push(word);
      continue;
    }
    const [, dashes, given, value] = /^(-{1,2})([^=]+)(?:=([^]*))?$/.exec(word)! as unknown as [
      string,
      string,
      string,
      string | undefined,
    ];
    const name = nameOf(dashes, given, { options, letters });
    const option = name === undefined ? undefined : options[name];
    if (!option || option.type === "boolean") {
      out.push(name === undefined ? word : `--${name}${value === undefined ? "" : `=${value}`}`);
      continue;
    }
    const values = value === undefined ? [] : [value];
    const most = option.type === "list" ? Infinity : 1;
    while (values.length < most && i + 1 < words.length && !/^-{1,2}[A-Za-z]/.test(words[i + 1]!)) {
      values.push(words[++i]!);
    }
    if (values.length === 0) {
      throw new UsageError(`Cannot read "--${name}": a value must follow`, option.help);
    }
    out.push(...values.map((one) => `--${name}=${one}`));
  }
  return out;
}

function nameOf(
  dashes: string,
  given: string,
  { options, letters }: { options: Options; letters: Readonly<Record<string, string>> },
): string | undefined {
  if (dashes === "-") {
    const name = letters[given];
    return name !== undefined && name in options ? name : undefined;
  }
  if (given in options) return given;
  const names = Object.keys(options);
  const twin = names.find((name) => name.replaceAll("-", "_") === given.replaceAll("-", "_"));
  if (twin) return twin;
  // A word of another program is no beginning of an option of ours: `--steps` is not --steps-scaler.
  const ours = meantOption(given, names) === undefined;
  const longer = names.filter((name) => name.startsWith(given) && (ours || !name.includes("-")));
  if (longer.length > 1) {
    throw new UsageError(
      `Cannot read "--${given}": it may be ${longer.map((name) => `--${name}`).join(" or ")}`,
    );
  }
  return longer[0];
}

/** Whole numbers of a list option; -1 stands for none, as in the reference. */
export function iterationList(name: string, words: readonly string[]): number[] {
  return words.map((word) => {
    const value = Number(word);
    if (word.trim() === "" || !Number.isSafeInteger(value)) {
      throw new UsageError(`Cannot read "--${name} ${word}": whole numbers are needed`);
    }
    return value;
  }).filter((value) => value > 0);
}
