import { dirname } from "@std/path";
import { ProgressLine } from "../terminal/progress.ts";
import { type Terminal, writeAll } from "../terminal/terminal.ts";

/**
 * A terminal of a rank that nobody watches: all of it goes to a log, nowhere where there is none;
 * results are rank 0's to print.
 */
export function rankTerminal(path: string | null): Terminal & Disposable {
  if (path !== null) Deno.mkdirSync(dirname(path), { recursive: true });
  const file = path === null ? null : Deno.openSync(path, { create: true, append: true });
  const write = (text: string) => file ? writeAll(file, text) : undefined;
  const line = (text: string) => write(`${text}\n`);
  return {
    print: () => {},
    printJson: () => {},
    note: line,
    complain: line,
    progress: new ProgressLine({ write, interactive: false }),
    columns: Infinity,
    [Symbol.dispose]: () => file?.close(),
  };
}
