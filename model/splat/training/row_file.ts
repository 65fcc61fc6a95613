/** A file of JSON lines that a resumed run goes on with from where its checkpoint was. */
export class RowFile {
  private constructor(private readonly path: string, private readonly file: Deno.FsFile) {}

  /** Opens a file, of which rows up to iteration `after` are kept. */
  static async open(path: string, after: number): Promise<RowFile> {
    let kept = "";
    if (after > 0) {
      try {
        const lines = (await Deno.readTextFile(path)).split("\n").filter((line) => {
          try {
            return JSON.parse(line).iteration <= after;
          } catch {
            return false; // the last line of a run that was killed
          }
        });
        kept = lines.map((line) => `${line}\n`).join("");
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    await Deno.writeTextFile(path, kept);
    return new RowFile(path, await Deno.open(path, { append: true }));
  }

  /** Appends a row. */
  add(row: Readonly<Record<string, unknown>>): void {
    let bytes = new TextEncoder().encode(`${JSON.stringify(row)}\n`);
    try {
      while (bytes.length) bytes = bytes.subarray(this.file.writeSync(bytes));
    } catch (cause) {
      throw new Error(`Cannot write "${this.path}": ${(cause as Error).message}`, { cause });
    }
  }

  /** Closes the file. */
  close(): void {
    this.file.close();
  }
}
