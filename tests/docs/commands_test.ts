import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join, relative } from "@std/path";
import config from "../../deno.json" with { type: "json" };
import { COMMANDS } from "../../cli/commands/table.ts";
import type { Command, CommandTable } from "../../cli/command_line/command.ts";
import { UsageError } from "../../cli/command_line/usage_error.ts";
import { keepingTerminal } from "../cli/keeping_terminal.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const PAGES = ["README.md", "docs", "docs/formats"];

function* pages(): Generator<string> {
  for (const place of PAGES) {
    const path = join(ROOT, place);
    if (place.endsWith(".md")) yield path;
    else {
      for (const { name } of Deno.readDirSync(path)) {
        if (name.endsWith(".md")) yield join(path, name);
      }
    }
  }
}

/** Command lines of a page: those of code blocks whole, those in the text as far as they go. */
function linesOf(page: string): string[] {
  const blocks = [...page.matchAll(/^```(?:sh)?\n([\s\S]*?)^```$/gm)]
    .flatMap(([, code]) => code!.replaceAll(/\\\n\s*/g, " ").split("\n"));
  const prose = page.replaceAll(/^```[\s\S]*?^```$/gm, "");
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code]) =>
    code!.replaceAll("\\|", "|")
  );
  return [...blocks, ...inline]
    .map((line) => line.replace(/\s+#.*$/, "").replace(/^.*?(?=\bdeno task )/, "").trim())
    .filter((line) => /^(deno task|voxsplat) \S/.test(line) && !line.includes("`"))
    .flatMap((line) => line.split(/ && | \| |; /).slice(0, 1));
}

/** The command that words begin with, and the rest of them. */
async function commandOf(
  words: readonly string[],
  table: CommandTable,
): Promise<[Command, string[]] | null> {
  const [word, ...rest] = words;
  const entry = word === undefined ? undefined : table[word];
  if (entry === undefined) return null;
  if (typeof entry === "function") return [await entry(), rest];
  const inner = await commandOf(rest, entry.commands);
  if (inner) return inner;
  return entry.itself ? [await entry.itself(), rest] : null;
}

/** What is wrong with the options of a line; values in capitals, `…` and `[…]` stand for something. */
async function mistakeOf(line: string): Promise<string | null> {
  const words = line.replace(/^(deno task|voxsplat) /, "").split(/\s+/).map((word) =>
    word.replace(":", " ")
  )
    .join(" ").split(" ");
  if (line.startsWith("deno task ")) {
    const [task] = line.slice("deno task ".length).split(" ") as [string];
    if (!Object.hasOwn(config.tasks, task)) return `no task "${task}"`;
    if (!Object.hasOwn(COMMANDS, task.split(":")[0]!)) return null;
    const command = config.tasks[task as keyof typeof config.tasks].command;
    if (!command.includes("cli/main.ts")) return null;
  } else if (["help", "--version", "completion"].includes(words[0]!)) return null;
  const found = await commandOf(words, COMMANDS);
  if (!found) return words.length === 1 ? null : "no such command";
  const [command, rest] = found;
  // Options as they are written; what stands for values is no part of it.
  for (const word of rest) {
    const option = /^--?[A-Za-z][\w-]*/.exec(word)?.[0];
    if (!option) continue;
    const known = await knows(command, option);
    if (!known) return `no option ${option}`;
  }
  return null;
}

/** Whether a command takes an option: without its value it complains of that, not of the option. */
async function knows(command: Command, option: string): Promise<boolean> {
  if (option === "--help" || option === "-h" || option === "--debug" || option === "--quiet") {
    return true;
  }
  if (option.startsWith("--") && Object.hasOwn(command.options, option.slice(2))) return true;
  try {
    // A word that no command takes stops it before it does anything.
    await command.run([option, "--no-such-option-at-all"], keepingTerminal());
    return true;
  } catch (error) {
    return error instanceof UsageError && !error.message.includes(`"${option}"`);
  }
}

Deno.test("the command lines of README and docs are commands with their options", async () => {
  const wrong: string[] = [];
  let lines = 0;
  const seen = new Set<string>();
  for (const file of pages()) {
    for (const line of linesOf(Deno.readTextFileSync(file))) {
      lines++;
      if (seen.has(line)) continue;
      seen.add(line);
      const mistake = await mistakeOf(line);
      if (mistake) wrong.push(`${relative(ROOT, file)}: ${line}: ${mistake}`);
    }
  }
  assertEquals(wrong, []);
  assert(lines > 100, `${lines} command lines were found`);
});

const MISTAKES: Readonly<Record<string, string | null>> = {
  "deno task splat trian -s x": "no such command",
  "deno task nothing": 'no task "nothing"',
  "deno task train --prest demo": "no option --prest",
  "voxsplat splat train -s photos -m OUT -r 8": null,
  "deno task train … --gpus 4": null,
  "deno task demo:train --stepps 3": "no option --stepps",
  "deno task test:long": null,
};
for (const [line, mistake] of Object.entries(MISTAKES)) {
  Deno.test(`of "${line}" is said: ${mistake ?? "nothing"}`, async () => {
    assertEquals(await mistakeOf(line), mistake);
  });
}
