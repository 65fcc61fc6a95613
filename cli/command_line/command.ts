import { commandHelp, commandList, tableHelp } from "./help.ts";
import { meantCommands } from "./meant.ts";
import { GPU_OPTION, GPU_VARIABLE, wantGpu } from "../gpus/wanted_gpu.ts";
import { type Arguments, type Options, SHARED_OPTIONS, type Values } from "./options.ts";
import { parseWords } from "./parse.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { nameHint, nearestName, UsageError } from "./usage_error.ts";

/** A part of the system that a command may use, as Deno's permissions name it. */
export type Need = "read" | "write" | "env" | "sys" | "net" | "run" | "ffi";

/** One command: what it is called with, and what it does. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  readonly arguments: Arguments;
  readonly options: Options;
  /** Words after its name that do something useful, for `--help`. */
  readonly examples: readonly string[];
  /** What of the system it uses; the rest is given up before it runs. */
  readonly needs: readonly Need[];
  /** What of this it uses with these words: some is for an option only. */
  readonly needsOf: (words: readonly string[]) => readonly Need[];
  /** Reads the words, does the work; the exit code is 0 unless another one is returned. */
  readonly run: (words: readonly string[], terminal: Terminal) => Promise<number>;
}

/** A word that stands before further commands, as `op` in `op list`. */
export interface CommandGroup {
  readonly summary: string;
  /** What runs where no further command is named, as `demo` before `demo splat`; else that is a mistake. */
  readonly itself?: () => Promise<Command>;
  readonly commands: CommandTable;
}

/** Commands by name; each is imported only when it runs or when its help is shown. */
export type CommandTable = Readonly<Record<string, (() => Promise<Command>) | CommandGroup>>;

const NEEDS: readonly Need[] = ["read", "write", "env", "sys", "net", "run"];

/** Declares a command; `run` gets its options and arguments typed by their declarations. */
export function defineCommand<
  const O extends Options = Record<never, never>,
  const A extends Arguments = Record<never, never>,
>(definition: {
  readonly summary: string;
  readonly arguments?: A;
  readonly options?: O;
  readonly examples?: readonly string[];
  readonly needs?: readonly Need[];
  /** Whether it opens a GPU, which `--gpu` then chooses. */
  readonly gpu?: true;
  /** Of `needs`, what only an option uses, by the option's word. */
  readonly optionNeeds?: Readonly<Record<`--${string}`, readonly Need[]>>;
  readonly run: (
    values: Values<O, A>,
    terminal: Terminal,
  ) => void | number | Promise<void | number>;
}): Command {
  const chosen = definition.gpu ? { gpu: GPU_OPTION } : {};
  const options: Options = { ...definition.options, ...chosen, ...SHARED_OPTIONS };
  const args: Arguments = definition.arguments ?? {};
  const own = definition.needs ?? NEEDS;
  // Vulkan's list of GPUs, and Dawn, are libraries.
  const needs: readonly Need[] = definition.gpu && !own.includes("ffi") ? [...own, "ffi"] : own;
  return {
    summary: definition.summary,
    arguments: args,
    options,
    examples: definition.examples ?? [],
    needs,
    needsOf(words) {
      const given = (option: string) =>
        words.some((word) => word === option || word.startsWith(`${option}=`));
      const unused = Object.entries(definition.optionNeeds ?? {})
        .filter(([option]) => !given(option));
      if (needs !== own && !given("--gpu") && !Deno.env.get(GPU_VARIABLE)) {
        unused.push(["--gpu", ["ffi"]]);
      }
      return needs.filter((need) => !unused.some(([, names]) => names.includes(need)));
    },
    async run(words, terminal) {
      const { gpu, ...values } = parseWords(words, options, args);
      if (definition.gpu) await wantGpu(gpu as string | undefined);
      return await definition.run(values as Values<O, A>, terminal) ?? 0;
    },
  };
}

/**
 * Finds the command that `words` name, runs it and returns the exit code; `help` before a command's
 * name and `--help` behind it show what it takes. `onCommand` is told before it runs.
 */
export async function runCommand(
  table: CommandTable,
  words: readonly string[],
  terminal: Terminal,
  onCommand?: (command: Command, words: readonly string[]) => void,
): Promise<number> {
  const path: string[] = [];
  let commands = table;
  let itself: CommandGroup["itself"];
  const runIt = async (command: Command, rest: readonly string[]) => {
    if (asksForHelp(rest)) {
      terminal.print(commandHelp(command, path, terminal.columns));
      if (itself) terminal.print(`\n${await commandList(commands, path, terminal.columns)}`);
      return 0;
    }
    onCommand?.(command, rest);
    return await command.run(rest, terminal);
  };
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (itself && word.startsWith("-")) return await runIt(await itself(), words.slice(i));
    if (word === "--help" || word === "-h") {
      terminal.print(await tableHelp(commands, path, terminal.columns));
      return 0;
    }
    if (word === "help") {
      return await runCommand(
        table,
        [...path, ...words.slice(i + 1), "--help"],
        terminal,
        onCommand,
      );
    }
    if (word.startsWith("-")) {
      throw new UsageError(
        `Cannot read "${word}": a command must come first`,
        nameHint(word, Object.keys(commands), "commands"),
      );
    }
    const entry = Object.hasOwn(commands, word) ? commands[word] : undefined;
    path.push(word);
    if (entry === undefined) {
      throw new UsageError(
        `Cannot run "${path.join(" ")}": no such command`,
        commandHint(word, commands, table),
      );
    }
    if (typeof entry === "function") {
      itself = undefined;
      return await runIt(await entry(), words.slice(i + 1));
    }
    ({ commands, itself } = entry);
  }
  if (itself) return await runIt(await itself(), []);
  terminal.complain(await tableHelp(commands, path, terminal.columns));
  return 2;
}

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  const read = end < 0 ? words : words.slice(0, end);
  return read.includes("--help") || read.includes("-h");
}

function commandHint(word: string, commands: CommandTable, table: CommandTable): string {
  const names = Object.keys(commands);
  const meant = nearestName(word, names) === undefined
    ? meantCommands(word, commandPaths(table))
    : [];
  return meant.length > 0
    ? `did you mean ${meant.join(" or ")}?`
    : nameHint(word, names, "commands");
}

/** The words that call each command of a table and of the groups in it, groups themselves too. */
export function commandPaths(table: CommandTable): string[] {
  return Object.entries(table).flatMap(([name, entry]) =>
    typeof entry === "function"
      ? [name]
      : [name, ...commandPaths(entry.commands).map((path) => `${name} ${path}`)]
  );
}
