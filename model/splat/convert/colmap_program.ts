/** Lines of a program's output that an error message quotes. */
const QUOTED = 8;

/** A COLMAP step that failed, with the exit code of the program. */
export class ColmapError extends Error {
  /** Name of the class. */
  override readonly name = "ColmapError";

  /** `code` is the exit status, `output` the last lines. */
  constructor(message: string, readonly code: number, readonly output: readonly string[]) {
    super(message);
  }
}

/** Runs one command of COLMAP; arguments go as they are, past any shell. */
export async function runColmap(
  executable: string,
  words: readonly string[],
  onLine: (line: string) => void,
): Promise<void> {
  const output: string[] = [];
  const keep = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const line of linesOf(stream)) {
      output.push(line);
      onLine(line);
    }
  };
  const child = start(executable, words);
  const [{ code }] = await Promise.all([child.status, keep(child.stdout), keep(child.stderr)]);
  if (code === 0) return;
  const said = output.map((line) => line.trim()).filter(Boolean).slice(-QUOTED);
  throw new ColmapError(
    `Cannot convert: "${executable} ${words[0]}" ended with code ${code}` +
      (said.length ? `, its last words are\n    ${said.join("\n    ")}` : ""),
    code,
    output,
  );
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest) yield rest;
}

function start(executable: string, words: readonly string[]): Deno.ChildProcess {
  try {
    return new Deno.Command(executable, {
      args: [...words],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (cause) {
    const error = new Error(`Cannot convert: the program "${executable}" cannot be started`, {
      cause,
    });
    throw Object.assign(error, {
      hint: "COLMAP finds where the photos were taken; install it with `apt-get install colmap` " +
        "(Debian, Ubuntu), `brew install colmap` (macOS) or from https://colmap.github.io, or name " +
        "it with --colmap_executable",
    });
  }
}
