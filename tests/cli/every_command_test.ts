import { assert, assertEquals } from "@std/assert";
import type { Command, CommandTable } from "../../cli/command_line/command.ts";
import { COMMANDS } from "../../cli/commands/table.ts";

/** Every command with the words that call it. */
async function commandsOf(
  table: CommandTable,
  path: readonly string[] = [],
): Promise<[name: string, command: Command][]> {
  const found: [string, Command][] = [];
  for (const [word, entry] of Object.entries(table)) {
    const words = [...path, word];
    if (typeof entry === "function") found.push([words.join(" "), await entry()]);
    else {
      if (entry.itself) found.push([words.join(" "), await entry.itself()]);
      found.push(...await commandsOf(entry.commands, words));
    }
  }
  return found;
}

const commands = await commandsOf(COMMANDS);

Deno.test("there are commands to look at", () => {
  assert(commands.length >= 20, `${commands.length} commands`);
});

for (const [name, { options, summary }] of commands) {
  Deno.test(`${name} takes --json, --quiet, --debug and --help, and explains its options`, () => {
    assertEquals(
      ["json", "quiet", "debug", "help"].filter((option) => options[option]?.type !== "boolean"),
      [],
    );
    assert(summary.length > 10 && !summary.endsWith("."));
    const silent = Object.entries(options).filter(([, { help }]) => help.trim().length < 3);
    assertEquals(silent.map(([option]) => option), []);
  });
}
