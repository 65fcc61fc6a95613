import {
  type Argument,
  type Arguments,
  type Option,
  type Options,
  SHARED_OPTIONS,
  type Values,
} from "./options.ts";
import { describeValue, isNegatable, parseWords } from "./parse.ts";
import { formatColumns } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { nameHint, UsageError } from "./usage_error.ts";

/** One command: what it is called with, and what it does. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  readonly arguments: Arguments;
  readonly options: Options;
  /** Reads the words, does the work; the exit code is 0 unless another one is returned. */
  readonly run: (words: readonly string[], terminal: Terminal) => Promise<number>;
}

/** A word that stands before further commands, as `op` in `op list`. */
export interface CommandGroup {
  readonly summary: string;
  readonly commands: CommandTable;
}

/** Commands by name; each is imported only when it runs or when its help is shown. */
export type CommandTable = Readonly<Record<string, (() => Promise<Command>) | CommandGroup>>;

/** Declares a command; `run` gets its options and arguments typed by their declarations. */
export function defineCommand<
  const O extends Options = Record<never, never>,
  const A extends Arguments = Record<never, never>,
>(definition: {
  readonly summary: string;
  readonly arguments?: A;
  readonly options?: O;
  readonly run: (
    values: Values<O, A>,
    terminal: Terminal,
  ) => void | number | Promise<void | number>;
}): Command {
  const options: Options = { ...definition.options, ...SHARED_OPTIONS };
  const args: Arguments = definition.arguments ?? {};
  return {
    summary: definition.summary,
    arguments: args,
    options,
    async run(words, terminal) {
      const values = parseWords(words, options, args) as Values<O, A>;
      return await definition.run(values, terminal) ?? 0;
    },
  };
}

/** Finds the command that `words` name, runs it and returns the exit code. */
export async function runCommand(
  table: CommandTable,
  words: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const path: string[] = [];
  let commands = table;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word.startsWith("-")) {
      if (word !== "--help" && word !== "-h") {
        throw new UsageError(
          `Cannot read "${word}": a command must come first`,
          nameHint(word, Object.keys(commands), "commands"),
        );
      }
      terminal.print(await tableHelp(commands, path));
      return 0;
    }
    const entry = Object.hasOwn(commands, word) ? commands[word] : undefined;
    path.push(word);
    if (entry === undefined) {
      throw new UsageError(
        `Cannot run "${path.join(" ")}": no such command`,
        nameHint(word, Object.keys(commands), "commands"),
      );
    }
    if (typeof entry === "function") {
      const command = await entry();
      const rest = words.slice(i + 1);
      if (asksForHelp(rest)) {
        terminal.print(commandHelp(command, path));
        return 0;
      }
      return await command.run(rest, terminal);
    }
    commands = entry.commands;
  }
  terminal.complain(await tableHelp(commands, path));
  return 2;
}

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  const read = end < 0 ? words : words.slice(0, end);
  return read.includes("--help") || read.includes("-h");
}

async function tableHelp(commands: CommandTable, path: readonly string[]): Promise<string> {
  const rows: string[][] = [];
  for (const [name, entry] of Object.entries(commands)) {
    const { summary } = typeof entry === "function" ? await entry() : entry;
    rows.push([`  ${name}`, summary]);
  }
  const called = ["voxsplat", ...path].join(" ");
  return [
    `Usage: ${called} COMMAND [options]`,
    "",
    "Commands:",
    formatColumns(rows),
    "",
    `${called} COMMAND --help tells more.`,
  ].join("\n");
}

function commandHelp(command: Command, path: readonly string[]): string {
  const args = Object.entries(command.arguments);
  const words = args.map(([name, argument]) => argumentForm(name, argument));
  const lines = [
    ["Usage: voxsplat", ...path, ...words, "[options]"].join(" "),
    "",
    command.summary,
  ];
  if (args.length > 0) {
    const rows = args.map(([name, argument]) => [`  ${name.toUpperCase()}`, argument.help]);
    lines.push("", "Arguments:", formatColumns(rows));
  }
  const rows = Object.entries(command.options)
    .map(([name, option]) => [`  ${optionForm(name, option)}`, option.help + remark(option)]);
  lines.push("", "Options:", formatColumns(rows));
  return lines.join("\n");
}

function argumentForm(name: string, argument: Argument): string {
  const form = name.toUpperCase() + (argument.rest ? "…" : "");
  return argument.optional ? `[${form}]` : form;
}

function optionForm(name: string, option: Option): string {
  if (option.type === "boolean") return `--${isNegatable(option) ? "no-" : ""}${name}`;
  const value = option.value ?? (option.type === "number" ? "N" : "TEXT");
  return `--${name} ${value}${option.type === "list" ? " …" : ""}`;
}

function remark(option: Option): string {
  if (option.type === "boolean") return "";
  const remarks: string[] = [];
  if (option.required) remarks.push("required");
  if (option.type !== "list" && option.default !== undefined) {
    remarks.push(`default ${option.default}`);
  }
  if (option.type !== "number" && option.choices) remarks.push(describeValue(option));
  return remarks.length === 0 ? "" : ` (${remarks.join("; ")})`;
}
