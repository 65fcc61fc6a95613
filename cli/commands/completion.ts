import { candidates, COMPLETION_SCRIPTS } from "../command_line/completion.ts";
import { defineCommand } from "../command_line/command.ts";
import { JSON_OPTION } from "../command_line/options.ts";
import { UsageError } from "../command_line/usage_error.ts";
import { COMMANDS } from "./table.ts";

const SHELLS = Object.keys(COMPLETION_SCRIPTS);

/** `completion SHELL`: a script; `completion words -- …`: what may stand next, which the script asks. */
export const completion = defineCommand({
  summary: "Print a script that lets a shell complete commands, options and their values",
  needs: ["read", "env"],
  examples: [
    "bash >> ~/.bashrc",
    "zsh >> ~/.zshrc",
    "fish > ~/.config/fish/completions/voxsplat.fish",
  ],
  arguments: {
    shell: { help: `${SHELLS.join(", ")}; or "words", which the script calls` },
    words: { rest: true, optional: true, help: "The words so far, after --" },
  },
  options: { json: JSON_OPTION },
  run: async ({ shell, words, json }, terminal) => {
    if (shell === "words") {
      for (const [word, meaning] of await candidates(COMMANDS, words)) {
        terminal.print(`${word}\t${meaning.replaceAll("\t", " ")}`);
      }
      return;
    }
    const script = COMPLETION_SCRIPTS[shell as keyof typeof COMPLETION_SCRIPTS];
    if (script === undefined) {
      throw new UsageError(
        `Cannot complete words for "${shell}": it must be one of ${SHELLS.join(", ")}`,
      );
    }
    if (json) terminal.printJson({ shell, script });
    else terminal.print(script);
  },
});
