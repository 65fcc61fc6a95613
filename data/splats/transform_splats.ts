import type { SplatAction } from "./actions/action.ts";
import { SPLAT_FORMATS, type SplatFormat } from "./formats.ts";
import { readSplats } from "./read_splats.ts";
import type {
  ReadSplatsOptions,
  SplatFormatDefinition,
  WriteSplatsOptions,
} from "./splat_format.ts";
import { joinSplats, type ShDegree, type Splats, withDegree } from "./splats.ts";
import { type SplatStatistics, statisticsOf } from "./statistics.ts";
import { dropUnusable } from "./usable.ts";
import { splatFormatOf, writeSplats } from "./write_splats.ts";

/** An action and how it was asked for. */
export interface NamedAction {
  /** As it was given on the command line. */
  readonly text: string;
  /** What it does. */
  readonly apply: SplatAction;
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

/** Reads files of trained Gaussians, does to each and then to all together what is asked, writes one. */
export async function transformSplats(
  { inputs, output, actions = [], reading, writing, measured = false, onRead }: TransformOptions,
): Promise<TransformReport> {
  const format = splatFormatOf(output);
  const read: TransformReport["inputs"][number][] = [];
  const steps: TransformReport["steps"][number][] = [];
  const run = (splats: Splats, list: readonly NamedAction[]): Splats =>
    list.reduce((before, { text, apply }) => {
      const remarks: string[] = [];
      const after = apply(before, (remark) => remarks.push(remark));
      steps.push({ action: text, before: before.count, after: after.count, remarks });
      return after;
    }, splats);

  const parts: Splats[] = [];
  for (const input of inputs) {
    const { splats: all, ...file } = await readSplats(input.path, reading);
    onRead?.(file.path);
    const usable = dropUnusable(all);
    read.push({
      ...file,
      count: all.count,
      degree: all.degree,
      unusable: all.count - usable.count,
    });
    parts.push(run(usable, input.actions ?? []));
  }
  const result = run(joinSplats(parts), actions);
  const { degree = 3 }: SplatFormatDefinition = SPLAT_FORMATS[format];
  // The report speaks of what is written: some files have no harmonics.
  const written = withDegree(result, Math.min(degree, result.degree) as ShDegree);
  if (written.count === 0) throw nothingLeft(output, read, steps);
  await writeSplats(output, written, writing);
  const size = {
    path: output,
    format,
    bytes: Deno.statSync(output).size,
    count: written.count,
    degree: written.degree,
  };
  return {
    inputs: read,
    steps,
    output: measured ? { ...size, ...statisticsOf(written) } : size,
  };
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
