import type { SplatAction } from "./actions/action.ts";
import { pathState } from "../files/door.ts";
import { SPLAT_FORMATS, type SplatFormat } from "./formats.ts";
import { type OpenSplatFile, openSplats } from "./read_splats.ts";
import type {
  ReadSplatsOptions,
  SplatFormatDefinition,
  WriteSplatsOptions,
} from "./splat_format.ts";
import { readAll, type SplatStream, streamOf } from "./splat_stream.ts";
import { joinSplats, restCoefficients, type ShDegree, type Splats, withDegree } from "./splats.ts";
import { type SplatStatistics, statisticsOf } from "./statistics.ts";
import { dropUnusable } from "./usable.ts";
import { splatFormatOf, writeSplats, writeSplatStream } from "./write_splats.ts";

/** An action and how it was asked for. */
export interface NamedAction {
  /** As it was given on the command line. */
  readonly text: string;
  /** What it does. */
  readonly apply: SplatAction;
  /** Whether it is done to each Gaussian for itself; false if not given. */
  readonly each?: boolean;
}

/** What is read, done and written. */
export interface TransformOptions {
  /** Files or folders, each with what is done to it alone. */
  readonly inputs: readonly {
    readonly path: string;
    readonly actions?: readonly NamedAction[];
  }[];
  /** Path of the file to write. */
  readonly output: string;
  /** What is done to all together. */
  readonly actions?: readonly NamedAction[];
  /** How the input is read. */
  readonly reading?: ReadSplatsOptions;
  /** How the output is written. */
  readonly writing?: WriteSplatsOptions;
  /** Whether the report has statistics, which cost more than the rest. */
  readonly measured?: boolean;
  /** Told of each file, before it is worked on. */
  readonly onRead?: (path: string) => void;
  /** Bytes of Gaussians from which on they pass through memory in parts, where that is possible. */
  readonly large?: number;
}

/** A file of trained Gaussians, in figures. */
export interface SplatFileSize {
  /** Path. */
  readonly path: string;
  /** By its content. */
  readonly format: SplatFormat;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Gaussians. */
  readonly count: number;
  /** Degree of harmonics. */
  readonly degree: ShDegree;
}

/** What became of the Gaussians of files on the way into another. */
export interface TransformReport {
  /** What was read. */
  readonly inputs: readonly (SplatFileSize & {
    /** Gaussians that cannot be drawn and were left out. */
    readonly unusable: number;
    /** What could not be taken as it stood. */
    readonly remarks: readonly string[];
  })[];
  /** What was done, in its order, with the Gaussians before and after. */
  readonly steps: readonly {
    readonly action: string;
    readonly before: number;
    readonly after: number;
    readonly remarks: readonly string[];
  }[];
  /** What was written. */
  readonly output: SplatFileSize | SplatFileSize & SplatStatistics;
}

type Input = TransformReport["inputs"][number];
type Step = { action: string; before: number; after: number; remarks: string[] };

// A third of the memory of a small machine.
const LARGE = 3 * 2 ** 29;
// Gaussians that are in memory together: 62 MB of degree 3.
const PART = 2 ** 18;

/**
 * Reads files of trained Gaussians, does to each and then to all together what is asked, writes one. A
 * large file passes through memory in parts if its kind, that of the other and all actions allow it.
 */
export async function transformSplats(options: TransformOptions): Promise<TransformReport> {
  const { inputs, output, actions = [], reading, writing, measured = false, onRead } = options;
  const format = splatFormatOf(output);
  const files: OpenSplatFile[] = [];
  for (const { path } of inputs) {
    const file = await openSplats(path, reading);
    onRead?.(file.path);
    files.push(file);
  }
  const [only] = files;
  const chain = [...inputs[0]?.actions ?? [], ...actions];
  const result = files.length === 1 && passesInParts(only!, format, chain, options)
    ? inParts(only!, chain, mostDegree(format))
    : inMemory(files, options, mostDegree(format));
  const { splats, stream, read, steps } = result;
  if (stream.count === 0) throw nothingLeft(output, read, steps);
  if (splats) await writeSplats(output, splats, writing);
  else writeSplatStream(output, stream, writing);
  const size = {
    path: output,
    format,
    bytes: pathState(output)!.size,
    count: stream.count,
    degree: stream.degree,
  };
  const statistics = measured && splats ? statisticsOf(splats) : {};
  return { inputs: read, steps, output: { ...size, ...statistics } };
}

/** The report speaks of what is written: some files have no harmonics. */
function mostDegree(format: SplatFormat): ShDegree {
  const { degree = 3 }: SplatFormatDefinition = SPLAT_FORMATS[format];
  return degree;
}

function passesInParts(
  { reader, inParts }: OpenSplatFile,
  format: SplatFormat,
  chain: readonly NamedAction[],
  { measured = false, large = LARGE }: TransformOptions,
): boolean {
  const { writeStream }: SplatFormatDefinition = SPLAT_FORMATS[format];
  const bytes = 4 * (14 + 3 * restCoefficients(reader.degree)) * reader.count;
  return inParts && writeStream !== undefined && !measured && bytes > large &&
    chain.every(({ each }) => each === true);
}

interface Transformed {
  /** What is written, where it is in memory. */
  readonly splats: Splats | null;
  readonly stream: SplatStream;
  readonly read: Input[];
  readonly steps: Step[];
}

function inMemory(
  files: readonly OpenSplatFile[],
  { inputs, actions = [] }: TransformOptions,
  most: ShDegree,
): Transformed {
  const read: Input[] = [];
  const steps: Step[] = [];
  const run = (splats: Splats, list: readonly NamedAction[]): Splats =>
    list.reduce((before, { text, apply }) => {
      const remarks: string[] = [];
      const after = apply(before, (remark) => remarks.push(remark));
      steps.push({ action: text, before: before.count, after: after.count, remarks });
      return after;
    }, splats);
  const parts = files.map((file, i) => {
    const usable = dropUnusable(readAll(file.reader));
    read.push(inputOf(file, usable.count));
    return run(usable, inputs[i]!.actions ?? []);
  });
  const result = run(joinSplats(parts), actions);
  const splats = withDegree(result, Math.min(most, result.degree) as ShDegree);
  return { splats, stream: streamOf(splats), read, steps };
}

/** Gone through once to count what is left, since files begin with that, and once more to be written. */
function inParts(
  file: OpenSplatFile,
  chain: readonly NamedAction[],
  most: ShDegree,
): Transformed {
  const { reader } = file;
  const steps: Step[] = chain.map(({ text }) => ({
    action: text,
    before: 0,
    after: 0,
    remarks: [],
  }));
  let usable = 0;
  function* blocks(counting: boolean): Generator<Splats> {
    for (let first = 0; first < reader.count; first += PART) {
      let part = dropUnusable(reader.read(first, Math.min(first + PART, reader.count)));
      if (counting) usable += part.count;
      chain.forEach(({ apply }, i) => {
        const after = apply(part, () => {});
        if (counting) {
          steps[i]!.before += part.count;
          steps[i]!.after += after.count;
        }
        part = after;
      });
      yield withDegree(part, Math.min(most, part.degree) as ShDegree);
    }
  }
  let count = 0;
  let degree: ShDegree = 0;
  for (const part of blocks(true)) {
    count += part.count;
    degree = part.degree;
  }
  const { antialiased } = reader;
  const stream = { count, degree, antialiased, blocks: () => blocks(false) };
  return { splats: null, stream, read: [inputOf(file, usable)], steps };
}

function inputOf({ path, format, bytes, remarks, reader }: OpenSplatFile, usable: number): Input {
  const { count, degree } = reader;
  return { path, format, bytes, remarks, count, degree, unusable: count - usable };
}

function nothingLeft(
  output: string,
  inputs: TransformReport["inputs"],
  steps: TransformReport["steps"],
): Error {
  const count = inputs.reduce((sum, input) => sum + input.count, 0);
  const unusable = inputs.reduce((sum, input) => sum + input.unusable, 0);
  const why = [
    ...(unusable > 0 ? [`${unusable} are not finite`] : []),
    ...steps.filter(({ before, after }) => after < before)
      .map(({ action, before, after }) => `"${action}" leaves out ${before - after}`),
  ];
  return Object.assign(
    new RangeError(
      `Cannot write "${output}": none of ${count} Gaussians is left` +
        (why.length > 0 ? `, ${why.join(", ")}` : ", one or more must be"),
    ),
    { hint: "--info alone says where the Gaussians of IN are" },
  );
}
