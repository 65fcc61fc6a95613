/** Lines of a program's output that are kept, and of them those that an error quotes. */
const KEPT = 400;
const QUOTED = 4;
/** How a line looks that says what went wrong. */
const REASON =
  /could not|cannot|can't|\berror\b|failed|fatal|no such|not found|unrecogni[sz]ed|out of memory|not enough|unable|check failure/i;
/** Frames of a stack, and what precedes them. */
const STACK = /^\s*(@|\*\*\*|#\d)|stack trace|0x[0-9a-f]{6,}/i;
/** What COLMAP without CUDA says where its other way to the GPU, OpenGL in a window, is not there. */
const NO_WINDOW = /connect to display|qt platform plugin|\bqt\.qpa\b|opengl|glx|egl|siftgpu|cuda/i;

/** A COLMAP step that failed, with the exit code of the program. */
export class ColmapError extends Error {
  /** Name of the class. */
  override readonly name = "ColmapError";
  /** What to do about it. */
  readonly hint: string;

  /** The lines of its output that say why. */
  readonly reasons: readonly string[];

  /** `code` is the exit status, `output` the last lines, `log` the file with all of them. */
  constructor(
    what: string,
    readonly code: number,
    readonly output: readonly string[],
    log: string,
  ) {
    const reasons = reasonsIn(output);
    super(
      `Cannot convert: "${what}" ended with code ${code}` +
        (reasons.length ? `: ${reasons.join("\n    ")}` : ", and did not say why"),
    );
    this.reasons = reasons;
    this.hint = `all that COLMAP said is in "${log}"`;
  }

  /** Whether it failed for want of a GPU or a window to compute in. */
  get needsWindow(): boolean {
    return this.output.some((line) => NO_WINDOW.test(line) && REASON.test(line)) ||
      this.output.some((line) => /connect to display|qt platform plugin/i.test(line));
  }
}

/** Runs one command of COLMAP; arguments go as they are, past any shell. All it says goes to `onLine`. */
export async function runColmap(
  executable: string,
  words: readonly string[],
  { onLine, log }: { readonly onLine: (line: string) => void; readonly log: string },
): Promise<void> {
  const output: string[] = [];
  const keep = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const line of linesOf(stream)) {
      output.push(line);
      if (output.length > KEPT) output.shift();
      onLine(line);
    }
  };
  const child = start(executable, words);
  const [{ code }] = await Promise.all([child.status, keep(child.stdout), keep(child.stderr)]);
  if (code === 0) return;
  throw new ColmapError(`${executable} ${words[0]}`, code, output, log);
}

/** What a COLMAP says of itself: whether it was built with CUDA, null where it does not tell. */
export async function colmapHasCuda(executable: string): Promise<boolean | null> {
  const child = start(executable, ["-h"]);
  const said: string[] = [];
  const keep = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const line of linesOf(stream)) if (said.length < KEPT) said.push(line);
  };
  await Promise.all([child.status, keep(child.stdout), keep(child.stderr)]);
  const line = said.find((line) => /with(out)? CUDA/i.test(line));
  return line === undefined ? null : !/without CUDA/i.test(line);
}

/** The lines that say why, without the stack of calls; the last ones where none looks like it. */
function reasonsIn(output: readonly string[]): string[] {
  const lines = output.map((line) => line.trim()).filter((line) => line && !STACK.test(line));
  const reasons = lines.filter((line) => REASON.test(line));
  return [...new Set(reasons.length ? reasons : lines.slice(-QUOTED))].slice(0, QUOTED);
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
