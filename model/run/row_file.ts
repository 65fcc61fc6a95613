import { writeAtomically } from "../../data/files/atomic_file.ts";
import { writeAll } from "../../data/files/write_all.ts";
import { writing } from "../../data/files/written_path.ts";

/** What a row counts in. */
export type StepName = "step" | "iteration";

/** A file of JSON lines that a resumed run goes on with from where its checkpoint was. */
export class RowFile {
  private constructor(private readonly path: string, private readonly file: Deno.FsFile) {}

  /** Opens a file, of which rows up to step `after` are kept; the old file stays whole until the new one is. */
  static open(path: string, { counts, after }: { counts: StepName; after: number }): RowFile {
    const kept = after > 0 ? linesUpTo(path, counts, after) : [];
    writeAtomically(path, encode(kept.map((line) => `${line}\n`).join("")));
    return new RowFile(path, writing(path, () => Deno.openSync(path, { append: true })));
  }

  /** Appends a row at once, so that a crash loses none before it. */
  add(row: Readonly<Record<string, unknown>>): void {
    const bytes = encode(`${JSON.stringify(row)}\n`);
    writing(this.path, () => writeAll(this.file, bytes));
  }

  /** Closes the file. */
  close(): void {
    this.file.close();
  }
}

function linesUpTo(path: string, counts: StepName, last: number): string[] {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  return text.split("\n").filter((line) => {
    try {
      return JSON.parse(line)[counts] <= last;
    } catch {
      return false; // the last line of a run that was killed
    }
  });
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
