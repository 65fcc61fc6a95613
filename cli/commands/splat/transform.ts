import {
  type Box,
  cropToBox,
  decimate,
  dropUnusable,
  readSplats,
  type ReadSplatsOptions,
  type ShDegree,
  splatFormatOf,
  type Splats,
  type SplatStatistics,
  statisticsOf,
  withDegree,
  writeSplats,
  type WriteSplatsOptions,
} from "../../../mod.ts";
import { defineCommand } from "../../command.ts";
import { withFileProgress } from "../../file_progress.ts";
import { JSON_OPTION } from "../../options.ts";
import { checkOutput, OVERWRITE_OPTION } from "../../output_file.ts";
import { formatTable } from "../../table.ts";
import { UsageError } from "../../usage_error.ts";
import { READING_OPTIONS, readingOptions, tellUnusable } from "./reading_options.ts";
import { WRITING_OPTIONS, writingOptions } from "./writing_options.ts";

/** A file of trained Gaussians. */
interface SplatFileSize {
  readonly path: string;
  readonly format: string;
  readonly bytes: number;
  readonly count: number;
  readonly degree: ShDegree;
}

/** What `--info` says of a file. */
export interface SplatInfo extends SplatFileSize, SplatStatistics {}

/** What became of the Gaussians of a file on the way into another. */
export interface TransformReport {
  readonly input: { path: string; format: string; bytes: number; count: number };
  readonly output: SplatInfo | SplatFileSize;
  /** Gaussians left out: broken values, outside the box, less important than others. */
  readonly dropped: { unusable: number; outside: number; lessImportant: number };
}

/** `splat transform IN [OUT]`. */
export const transform = defineCommand({
  summary: "Convert trained Gaussians between file formats, filter, crop and thin them out",
  needs: ["read", "write", "env"],
  examples: ["scene.ply scene.spz", "scene.ply small.compressed.ply --sh-degree 0"],
  arguments: {
    in: {
      help:
        "PLY, compressed PLY, .splat, .spz, .ksplat, glTF (.glb, .gltf), SOG (.sog, meta.json, " +
        "lod-meta.json or folder), or a model's folder",
    },
    out: {
      help: "The file to write: .ply, .compressed.ply, .splat, .spz, .sog or .glb",
      optional: true,
    },
  },
  options: {
    crop: {
      type: "string",
      value: "X0,Y0,Z0,X1,Y1,Z1",
      help: "Keep Gaussians whose centre lies in this box",
    },
    "max-count": {
      type: "number",
      integer: true,
      min: 0,
      help: "Keep this many Gaussians at most, those of largest opacity times volume",
    },
    "sh-degree": {
      type: "number",
      integer: true,
      min: 0,
      max: 3,
      help: "Cut harmonics off above this degree, or fill up to it with zeros",
    },
    ...WRITING_OPTIONS,
    ...READING_OPTIONS,
    overwrite: OVERWRITE_OPTION,
    info: {
      type: "boolean",
      help: "Describe OUT, or IN as it is when no OUT is given",
    },
    json: JSON_OPTION,
  },
  run: async (values, terminal) => {
    const { in: input, out: output, crop, maxCount, shDegree, info, json } = values;
    const changes = { box: crop === undefined ? undefined : parseBox(crop), maxCount, shDegree };
    const reading = readingOptions(values);
    const writing = writingOptions(values);
    if (output === undefined) {
      if (!info || Object.values(changes).some((change) => change !== undefined)) {
        throw new UsageError("Cannot run without OUT", "--info alone describes IN without one");
      }
      const { splats, format, bytes, path, remarks } = await withFileProgress(
        terminal,
        () => readSplats(input, reading),
      );
      for (const remark of remarks) terminal.note(`${path}: ${remark}`);
      const described = { path, format, bytes, ...statisticsOf(splats) };
      if (json) terminal.printJson(described);
      else terminal.print(describe(described));
      return;
    }
    // What cannot be written is told before a large file is read.
    splatFormatOf(output);
    checkOutput(output, { inputs: [input], overwrite: values.overwrite });
    const { report, remarks } = await withFileProgress(
      terminal,
      () =>
        transformFile(input, output, {
          ...changes,
          ...{ reading, writing, overwrite: values.overwrite, measured: info || json },
        }),
    );
    const { unusable, outside, lessImportant } = report.dropped;
    for (const remark of remarks) terminal.note(`${report.input.path}: ${remark}`);
    tellUnusable(
      terminal,
      report.input.path,
      report.input.count,
      report.input.count - unusable,
    );
    if (outside > 0) terminal.note(`${outside} Gaussians outside the box left out`);
    if (lessImportant > 0) terminal.note(`${lessImportant} less important Gaussians left out`);
    if (json) terminal.printJson(report);
    else {terminal.print(
        "scale" in report.output ? describe(report.output) : summarise(report.output),
      );}
  },
});

interface Changes {
  readonly box: Box | undefined;
  readonly maxCount: number | undefined;
  readonly shDegree: number | undefined;
  readonly reading: ReadSplatsOptions;
  readonly writing: WriteSplatsOptions;
  readonly overwrite: boolean;
  /** Whether the report has statistics, which cost more than the rest. */
  readonly measured: boolean;
}

async function transformFile(
  input: string,
  output: string,
  { box, maxCount, shDegree, reading, writing, overwrite, measured }: Changes,
): Promise<{ report: TransformReport; remarks: readonly string[] }> {
  const { splats: all, format, bytes, path, remarks } = await readSplats(input, reading);
  // Of a folder the file within is known only now.
  checkOutput(output, { inputs: [path], overwrite });
  const usable = dropUnusable(all);
  const inside = box === undefined ? usable : cropToBox(usable, box);
  const kept = maxCount === undefined ? inside : decimate(inside, maxCount);
  const outputFormat = splatFormatOf(output);
  // A .splat file has no harmonics: the report speaks of what is written.
  const degree = outputFormat === "splat" ? 0 : shDegree ?? kept.degree;
  const written: Splats = withDegree(kept, degree as ShDegree);
  const dropped = {
    unusable: all.count - usable.count,
    outside: usable.count - inside.count,
    lessImportant: inside.count - kept.count,
  };
  if (written.count === 0) throw nothingLeft(output, all.count, dropped);
  await writeSplats(output, written, writing);
  const size = {
    path: output,
    format: outputFormat,
    bytes: Deno.statSync(output).size,
    count: written.count,
    degree: written.degree,
  };
  const report = {
    input: { path, format, bytes, count: all.count },
    output: measured ? { ...size, ...statisticsOf(written) } : size,
    dropped,
  };
  return { report, remarks };
}

function nothingLeft(
  output: string,
  count: number,
  { unusable, outside, lessImportant }: TransformReport["dropped"],
): Error {
  const why = [
    `${unusable} are not finite`,
    `${outside} lie outside the box`,
    `${lessImportant} are less important`,
  ].filter((text) => !text.startsWith("0 "));
  return Object.assign(
    new RangeError(
      `Cannot write "${output}": none of ${count} Gaussians is left` +
        (why.length ? `, ${why.join(", ")}` : ", one or more must be"),
    ),
    { hint: "--info alone says where the Gaussians of IN are" },
  );
}

function parseBox(text: string): Box {
  const words = text.split(",");
  const numbers = words.map((word) => word.trim() === "" ? NaN : Number(word));
  const [x0, y0, z0, x1, y1, z1] = numbers as [number, number, number, number, number, number];
  if (numbers.length !== 6 || numbers.some(Number.isNaN) || x0 > x1 || y0 > y1 || z0 > z1) {
    throw new UsageError(
      `Cannot read "--crop ${text}": it must be six numbers X0,Y0,Z0,X1,Y1,Z1, the first corner below the second`,
    );
  }
  return { min: [x0, y0, z0], max: [x1, y1, z1] };
}

function summarise({ path, format, bytes, count, degree }: SplatFileSize): string {
  return `${path}: ${format}, ${bytes} bytes, ${count} Gaussians, SH degree ${degree}`;
}

function describe(info: SplatInfo): string {
  const { bounds, scale, opacity, notFinite } = info;
  const row = (name: string, values: readonly (number | null)[]) => [name, ...values];
  const spread = (name: string, { min, median, mean, max }: SplatStatistics["scale"]) =>
    row(name, [min, median, mean, max]);
  return [
    summarise(info),
    formatTable(["", "min", "median", "mean", "max"], [
      ...["x", "y", "z"].map((axis, k) =>
        row(axis, [bounds?.min[k] ?? null, null, null, bounds?.max[k] ?? null])
      ),
      spread("scale", scale),
      spread("opacity", opacity),
    ]),
    `${notFinite} Gaussians with values that are not finite`,
  ].join("\n");
}
