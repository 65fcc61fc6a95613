import config from "../deno.json" with { type: "json" };
import { COMMANDS } from "./commands/table.ts";
import { type CommandTable, runCommand } from "./command_line/command.ts";
import { describeFailure } from "./terminal/failure.ts";
import { keepOnly } from "./command_line/permissions.ts";
import { processTerminal } from "./terminal/terminal.ts";

const VERSION_WORDS = ["--version", "-v", "-V", "version"];

/** Runs the command line `words` of a table of commands and returns the exit code. */
export async function main(
  words: readonly string[],
  commands: CommandTable = COMMANDS,
): Promise<number> {
  const end = words.indexOf("--");
  const read = end < 0 ? words : words.slice(0, end);
  const terminal = processTerminal({ quiet: read.includes("--quiet") });
  const fail = (error: unknown): number => {
    const { lines, code } = describeFailure(error, { debug: read.includes("--debug") });
    if (lines.length > 0) terminal.complain(lines.join("\n"));
    return code;
  };
  // What no await sees (an event handler, a forgotten promise) ends the same way.
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    Deno.exit(fail(event.reason));
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    Deno.exit(fail(event.error));
  });
  try {
    if (VERSION_WORDS.includes(words[0]!)) {
      terminal.print(`voxsplat ${config.version}`);
      return 0;
    }
    return await runCommand(
      commands,
      words,
      terminal,
      ({ needsOf }, rest) => keepOnly(needsOf(rest)),
    );
  } catch (error) {
    return fail(error);
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
