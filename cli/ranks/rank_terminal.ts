import { dirname } from "@std/path";
import { ProgressLine } from "../terminal/progress.ts";
import { type Terminal, writeAll } from "../terminal/terminal.ts";

/** A terminal of a rank that nobody watches: all of it goes to a log; results are rank 0's to print. */
export function rankTerminal(path: string): Terminal & Disposable {
  Deno.mkdirSync(dirname(path), { recursive: true });
  const file = Deno.openSync(path, { create: true, append: true });
  const write = (text: string) => writeAll(file, text);
  const line = (text: string) => write(`${text}\n`);
  return {
    print: () => {},
    printJson: () => {},
    note: line,
    complain: line,
    progress: new ProgressLine({ write, interactive: false }),
    columns: Infinity,
    [Symbol.dispose]: () => file.close(),
  };
}
