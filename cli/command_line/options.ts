/** One declared option; the key it is declared under is its name on the command line. */
export type Option = StringOption | NumberOption | BooleanOption | ListOption;

interface OptionText {
  /** One line for `--help`. */
  readonly help: string;
}

interface ValueOption extends OptionText {
  /** The name of the value in `--help`, for example `DIR`. */
  readonly value?: string;
  readonly required?: true;
}

/** A text value, where `choices` is given one of those. */
export interface StringOption extends ValueOption {
  readonly type: "string";
  readonly default?: string;
  readonly choices?: readonly string[];
}

/** What a number must be; without bounds of its own it has those of `LARGEST`. */
export interface NumberRange {
  readonly integer?: true;
  readonly min?: number;
  readonly max?: number;
}

/** A finite number within its range. */
export interface NumberOption extends ValueOption, NumberRange {
  readonly type: "number";
  readonly default?: number;
}

/**
 * No count, size or rate is larger: what is, is a slip of the keyboard, and would end deep inside as a
 * list too long or a number that is none.
 */
export const LARGEST = 2 ** 31 - 1;

/** Seeds are as large as numbers are exact. */
export const MOST_SEED = Number.MAX_SAFE_INTEGER;

/** A switch: absent is false, or true where that is the default and `--no-NAME` turns it off. */
export interface BooleanOption extends OptionText {
  readonly type: "boolean";
  readonly default?: boolean;
}

/** A text value that may be given several times; absent is the empty list. */
export interface ListOption extends ValueOption {
  readonly type: "list";
  readonly choices?: readonly string[];
  /** Where each is a number: what it must be. */
  readonly each?: NumberRange;
}

/** A word after the command's name; the last one may take all that remain. */
export interface Argument {
  readonly help: string;
  readonly optional?: true;
  /** Takes every remaining word, at least one unless `optional`. */
  readonly rest?: true;
}

/** Options by their name on the command line, in kebab-case. */
export type Options = Readonly<Record<string, Option>>;

/** Arguments in the order they are given. */
export type Arguments = Readonly<Record<string, Argument>>;

type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;

type OptionValue<O extends Option> = O extends { type: "list" } ? string[]
  : O extends { type: "boolean" } ? boolean
  : O extends { required: true } | { default: string | number } ? Scalar<O>
  : Scalar<O> | undefined;

type Scalar<O extends Option> = O extends { type: "number" } ? number
  : O extends { choices: readonly (infer C)[] } ? C
  : string;

type ArgumentValue<A extends Argument> = A extends { rest: true } ? string[]
  : A extends { optional: true } ? string | undefined
  : string;

/** What a command receives: every option and argument by its name in camelCase. */
export type Values<O extends Options, A extends Arguments> =
  & { readonly [K in keyof O & string as CamelCase<K>]: OptionValue<O[K]> }
  & { readonly [K in keyof A & string as CamelCase<K>]: ArgumentValue<A[K]> };

/** Options that every command understands besides its own. */
export const SHARED_OPTIONS = {
  help: { type: "boolean", help: "Show this text" },
  quiet: { type: "boolean", help: "Show no progress" },
  debug: { type: "boolean", help: "Show stack traces of errors" },
} as const satisfies Options;

/** `--json`, declared once for the commands that can print their result so. */
export const JSON_OPTION = {
  type: "boolean",
  help: "Print the result as JSON, one object a line",
} as const satisfies Option;

/** `work-dir` → `workDir`. */
export function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
