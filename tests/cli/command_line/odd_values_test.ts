import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Command,
  commandPaths,
  type CommandTable,
} from "../../../cli/command_line/command.ts";
import { takeActions } from "../../../cli/commands/splat/words/action_words.ts";
import { referenceWords } from "../../../cli/commands/splat/words/reference_words.ts";
import { COMMANDS } from "../../../cli/commands/table.ts";
import { LARGEST, type NumberRange } from "../../../cli/command_line/options.ts";
import { parseWords } from "../../../cli/command_line/parse.ts";
import { keepingTerminal } from "../keeping_terminal.ts";
import { UsageError } from "../../../cli/command_line/usage_error.ts";

/** What is no number at all, or none that anybody means. */
const ODD = ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e308", "-1e308", "99999999999"]
  .concat(
    "many",
    "1,5",
    "1;5",
    "１",
    "0x",
    "1n",
    "5px",
    "--",
    "\u00a0",
    " ",
    "null",
    "undefined",
    "[1]",
  )
  .concat("9007199254740993", "1e16", "1_000");

function* outside({ integer, min, max }: NumberRange): Generator<string> {
  yield* ODD.filter((text) => {
    const value = Number(text);
    const fits = text.trim() !== "" && value >= (min ?? -LARGEST) && value <= (max ?? LARGEST);
    return !(fits && (!integer || Number.isSafeInteger(value)));
  });
  if (min !== undefined) yield String(integer ? min - 1 : min - 0.5);
  if (max !== undefined && max < Number.MAX_SAFE_INTEGER) yield String(max + 1);
  if (integer) yield* ["1.5", "0.1", "1e-9"];
}

const commands: [path: string, command: Command][] = [];
for (const path of commandPaths(COMMANDS)) {
  let entry: CommandTable[string] | CommandTable = COMMANDS;
  for (const word of path.split(" ")) {
    const table: CommandTable = "commands" in entry
      ? entry.commands as CommandTable
      : entry as CommandTable;
    entry = table[word]!;
  }
  if (typeof entry === "function") commands.push([path, await entry()]);
}

/** Words without which a command does not begin. */
function neededBy({ options, arguments: args }: Command): string[] {
  const named = Object.entries(options)
    .filter(([, option]) => "required" in option && option.required)
    .map(([name, option]) => `--${name}=${"choices" in option && option.choices?.[0] || "absent"}`);
  const words = Object.values(args).filter(({ optional }) => !optional).map(() => "absent");
  return [...named, ...words];
}

for (const [path, command] of commands) {
  const ranges = Object.entries(command.options).flatMap((
    [name, option],
  ): [string, NumberRange][] =>
    option.type === "number"
      ? [[name, option]]
      : option.type === "list" && option.each
      ? [[name, option.each]]
      : []
  );
  if (ranges.length === 0) continue;
  Deno.test(`${path} refuses by name what its numbers cannot be, and does nothing`, async () => {
    for (const [name, range] of ranges) {
      for (const value of outside(range)) {
        const terminal = keepingTerminal();
        const line = `--${name}=${value}`;
        const error = await assertRejects(
          () => command.run([...neededBy(command), line], terminal),
          UsageError,
          `--${name}`,
          line,
        );
        assert(!error.message.includes("\n"), line);
        assertEquals([terminal.out, terminal.err], [[], []], line);
      }
    }
  });
}

Deno.test("every command has examples that it understands", () => {
  for (const [path, command] of commands) {
    assert(command.examples.length > 0, `${path} has none`);
    for (const example of command.examples) {
      const words = example.split(" ").filter(Boolean);
      const m = "model_paths" in command.options ? "model_paths" : "model_path";
      const letters = { s: "source_path", m, r: "resolution", o: "output_path" };
      const read = path === "splat transform"
        ? takeActions(words, command.options).rest
        : path.startsWith("splat ")
        ? referenceWords(words, command.options, letters)
        : words;
      parseWords(read, command.options, command.arguments);
    }
  }
});
