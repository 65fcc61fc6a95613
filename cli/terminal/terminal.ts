import { type Progress, ProgressLine } from "./progress.ts";

/** Where a command's words go: results to stdout, everything else to stderr. */
export interface Terminal {
  /** A line of the result. */
  print(text: string): void;
  /** One JSON object of the result on its own line. */
  printJson(value: unknown): void;
  /** A remark beside the result; silent under `--quiet`. */
  note(text: string): void;
  /** A message that shows under `--quiet` too. */
  complain(text: string): void;
  /** Draws what a running job reports; silent under `--quiet`. */
  readonly progress: Progress;
  /** Characters in a line of the result; no limit where it goes to a file or another program. */
  readonly columns: number;
}

/** The process's own stdout and stderr. */
export function processTerminal({ quiet }: { quiet: boolean }): Terminal {
  const interactive = Deno.stderr.isTerminal();
  const progress = new ProgressLine({
    write: writeRemark,
    interactive,
    quiet,
    columns: () => interactive ? Deno.consoleSize().columns || 80 : 80,
  });
  const print = (text: string) => {
    progress.clear(); // both streams may be the same screen
    writeAll(Deno.stdout, `${text}\n`);
  };
  const complain = (text: string) => {
    progress.clear();
    writeRemark(`${text}\n`);
  };
  return {
    print,
    printJson: (value) => print(JSON.stringify(value)),
    note: (text) => quiet ? undefined : complain(text),
    complain,
    progress,
    columns: Deno.stdout.isTerminal() ? Deno.consoleSize().columns || 80 : Infinity,
  };
}

/** A terminal that was closed takes no remarks, which is no reason to end a run that has to save. */
function writeRemark(text: string): void {
  try {
    writeAll(Deno.stderr, text);
  } catch {
    // Nobody is there to be told.
  }
}

/** Writes a whole text to a file or a stream, which may take a part of it at a time. */
export function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
}
