import { mutate, Random } from "./mutate.ts";
import { makeSeeds, type Seed } from "./seeds.ts";

/** What a run of the fuzzer found, per format. */
export interface FuzzReport {
  inputs: number;
  formats: Map<string, { inputs: number; refused: number; slowest: number }>;
}

/** How long to go on, whichever ends first, and with which seed. */
export interface FuzzOptions {
  seed: number;
  inputs?: number;
  milliseconds?: number;
}

// A reader that takes so long for a file of a few kB hangs, or walks over memory that no file backs.
const LONGEST = 2000;
// Typed arrays beyond this, for such a file, were asked for by a number in it that nothing backs. What a
// collector frees meanwhile is missed, so a run sees most such readers, not each time.
const MOST_MEMORY = 2 ** 26;

/**
 * Gives changed files to every reader. Each must return a value or throw one of the project's own
 * errors, soon; anything else ends the run with an error that names format, seed and input.
 */
export async function fuzzFormats(options: FuzzOptions): Promise<FuzzReport> {
  const { seed, inputs = Infinity, milliseconds = Infinity } = options;
  const byFormat = Map.groupBy(makeSeeds(), ({ format }) => format);
  const formats = [...byFormat.keys()];
  const report: FuzzReport = {
    inputs: 0,
    formats: new Map(formats.map((name) => [name, { inputs: 0, refused: 0, slowest: 0 }])),
  };
  const end = performance.now() + milliseconds;
  while (report.inputs < inputs && performance.now() < end) {
    // Each input has its own stream, so that it can be made again alone.
    const random = new Random(seed + 0x51ed27 * report.inputs);
    const format = formats[report.inputs % formats.length];
    const [file, other] = [
      random.pick(byFormat.get(format!)!),
      random.pick(byFormat.get(format!)!),
    ];
    const bytes = file.wrap(mutate(file.bytes, other.bytes, random));
    const figures = report.formats.get(format!)!;
    const before = Deno.memoryUsage().external;
    const start = performance.now();
    const error = await failure(file, bytes);
    const time = performance.now() - start;
    const memory = Deno.memoryUsage().external - before;
    const complaint = time > LONGEST
      ? `it took ${Math.round(time)} ms`
      : memory > MOST_MEMORY && !file.byPackage
      ? `it took ${memory} bytes of memory for ${bytes.length}`
      : error && complain(error, file);
    if (complaint) {
      const where = `${format}, seed ${seed}, input ${report.inputs}`;
      throw new Error(`Cannot read ${where} properly: ${complaint}`, { cause: error });
    }
    figures.inputs++;
    if (error) figures.refused++;
    figures.slowest = Math.max(figures.slowest, time);
    report.inputs++;
  }
  return report;
}

async function failure({ read }: Seed, bytes: Uint8Array): Promise<unknown> {
  try {
    await read(bytes);
  } catch (error) {
    return error ?? new Error("nothing was thrown");
  }
}

/** Says what is wrong with a thrown value: nothing about the project's own errors. */
function complain(error: unknown, { byPackage }: Seed): string | undefined {
  const own = error instanceof SyntaxError || error instanceof RangeError ||
    error instanceof TypeError;
  if (!own) return `${error} is thrown`;
  if (!error.message.startsWith("Cannot ")) return `"${error.message}" is thrown`;
  // An accident inside a reader, which may have been given file and offset on its way out.
  const accident =
    /properties of|is not a function|not iterable|is not defined|call stack|Array buffer|Invalid (typed )?array|Offset is outside|offset is out of bounds/;
  if (!byPackage && accident.test(error.message)) return `"${error.message}" is an accident`;
}
