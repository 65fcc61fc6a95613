import type { Command, CommandTable } from "./command.ts";
import type { Option } from "./options.ts";
import { isNegatable } from "./parse.ts";

/** A word that may stand next, and what it means. */
export type Candidate = readonly [word: string, meaning: string];

/**
 * What may stand where the last of `words` is being typed: commands, options that were not given yet, or
 * what an option may be; none where it is a file or a text of the user's own.
 */
export async function candidates(
  table: CommandTable,
  words: readonly string[],
): Promise<Candidate[]> {
  const typed = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  let commands = table;
  let itself: (() => Promise<Command>) | undefined;
  for (let i = 0; i < before.length; i++) {
    const word = before[i]!;
    if (itself && word.startsWith("-")) {
      return begun(optionsAt(await itself(), before.slice(i), typed), typed);
    }
    if (word === "help" && !Object.hasOwn(commands, word)) continue;
    const entry = Object.hasOwn(commands, word) ? commands[word] : undefined;
    if (entry === undefined) return [];
    if (typeof entry === "function") {
      return begun(optionsAt(await entry(), before.slice(i + 1), typed), typed);
    }
    ({ commands, itself } = entry);
  }
  if (itself && typed.startsWith("-")) return begun(optionsAt(await itself(), [], typed), typed);
  const names: Candidate[] = [];
  for (const [name, entry] of Object.entries(commands)) {
    names.push([name, (typeof entry === "function" ? await entry() : entry).summary]);
  }
  return begun(names, typed);
}

function begun(all: readonly Candidate[], typed: string): Candidate[] {
  return all.filter(([word]) => word.startsWith(typed));
}

function optionsAt(command: Command, given: readonly string[], typed: string): Candidate[] {
  const named = Object.entries(command.options).map(([name, option]) =>
    [`--${isNegatable(option) ? "no-" : ""}${name}`, option] as const
  );
  const last = named.find(([word]) => word === given.at(-1))?.[1];
  if (last && last.type !== "boolean") return choicesOf(last);
  // Where a word of the command's own may stand, options show once a hyphen is typed.
  if (!typed.startsWith("-") && (typed !== "" || Object.keys(command.arguments).length > 0)) {
    return [];
  }
  return named.filter(([word, option]) => option.type === "list" || !given.includes(word))
    .map(([word, { help }]) => [word, help]);
}

function choicesOf(option: Option): Candidate[] {
  return "choices" in option && option.choices ? option.choices.map((choice) => [choice, ""]) : [];
}

/** What each shell is to evaluate; it asks the program itself what may stand next. */
export const COMPLETION_SCRIPTS = {
  bash: `_voxsplat() {
  local IFS=$'\\n'
  COMPREPLY=($(voxsplat completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o filenames -F _voxsplat voxsplat`,
  zsh: `_voxsplat() {
  local -a found
  local line
  for line in "\${(@f)$(voxsplat completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( \${#found} )); then _describe voxsplat found; else _files; fi
}
compdef _voxsplat voxsplat`,
  fish:
    `complete -c voxsplat -a '(voxsplat completion words -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`,
} as const;
