import type { Command, CommandTable } from "./command.ts";
import type { Argument, Option } from "./options.ts";
import { describeValue, isNegatable } from "./parse.ts";

// A first column that is wider stands on a line of its own.
const WIDEST_NAME = 34;
// Less room than this is not worth a column.
const NARROWEST_TEXT = 24;

/** The commands of a table: what `help` shows. */
export async function tableHelp(
  commands: CommandTable,
  path: readonly string[],
  columns: number,
): Promise<string> {
  const called = ["voxsplat", ...path].join(" ");
  const lines = [`Usage: ${called} COMMAND [options]`, ""];
  lines.push(await commandList(commands, path, columns));
  if (path.length === 0) lines.push("voxsplat --version tells which version this is.");
  return lines.flatMap((line) => line.includes("\n") ? [line] : wrapped(line, columns)).join("\n");
}

/** The commands of a table with their summaries, and how to hear more of one. */
export async function commandList(
  commands: CommandTable,
  path: readonly string[],
  columns: number,
): Promise<string> {
  const rows: [string, string][] = [];
  for (const [name, entry] of Object.entries(commands)) {
    const { summary } = typeof entry === "function" ? await entry() : entry;
    rows.push([`  ${name}`, summary]);
  }
  const called = ["voxsplat", ...path].join(" ");
  const more = wrapped(`${called} help COMMAND, or ${called} COMMAND --help, tells more.`, columns);
  return ["Commands:", columnsOf(rows, columns), "", ...more].join("\n");
}

/** Usage, arguments, options and examples of one command. */
export function commandHelp(command: Command, path: readonly string[], columns: number): string {
  const args = Object.entries(command.arguments);
  const words = args.map(([name, argument]) => argumentForm(name, argument));
  const lines = [
    ["Usage: voxsplat", ...path, ...words, "[options]"].join(" "),
    "",
    ...wrapped(command.summary, columns),
  ];
  if (args.length > 0) {
    const rows = args.map(([name, { help }]) => [`  ${name.toUpperCase()}`, help] as const);
    lines.push("", "Arguments:", columnsOf(rows, columns));
  }
  const rows = Object.entries(command.options)
    .map(([name, option]) =>
      [`  ${optionForm(name, option)}`, option.help + remark(option)] as const
    );
  lines.push("", "Options:", columnsOf(rows, columns));
  if (command.examples.length > 0) {
    lines.push("", command.examples.length > 1 ? "Examples:" : "Example:");
    for (const example of command.examples) {
      lines.push(`  voxsplat ${[...path, example].join(" ")}`);
    }
  }
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

/** Names beside their texts, which go on below themselves where a line has no room for them. */
function columnsOf(rows: readonly (readonly [name: string, text: string])[], columns: number) {
  const fitting = rows.map(([name]) => name.length).filter((length) => length <= WIDEST_NAME);
  const indent = Math.max(0, ...fitting) + 2;
  const room = columns - indent;
  return rows.flatMap(([name, text]) => {
    if (room < NARROWEST_TEXT) {
      return [
        name,
        ...wrapped(text, columns - 6).map((line) => `      ${line}`),
      ];
    }
    const [first = "", ...rest] = wrapped(text, room);
    const below = (line: string) => " ".repeat(indent) + line;
    return name.length + 2 <= indent
      ? [(name.padEnd(indent) + first).trimEnd(), ...rest.map(below)]
      : [name, ...[first, ...rest].map(below)];
  }).join("\n");
}

/** Lines of at most `columns` characters, broken between words. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line += line === "" ? word : ` ${word}`;
  }
  return [...lines, line];
}
