import type { Terminal } from "../../cli/terminal/terminal.ts";

/** A terminal that keeps what is written. */
export function keepingTerminal(): Terminal & { readonly out: string[]; readonly err: string[] } {
  const out: string[] = [];
  const err: string[] = [];
  return {
    out,
    err,
    // Void: a command may return what these return, and a number would be its exit code.
    print: (text) => void out.push(text),
    printJson: (value) => void out.push(JSON.stringify(value)),
    note: (text) => void err.push(text),
    complain: (text) => void err.push(text),
    progress: { draw: () => {} },
    columns: Infinity,
  };
}
