import {
  readSplats,
  type ReadSplatsOptions,
  splatFormatOf,
  type SplatStatistics,
  statisticsOf,
  type TransformReport,
  transformSplats,
} from "../../../data/mod.ts";
import { type Command, defineCommand } from "../../command_line/command.ts";
import { withFileProgress } from "../../terminal/file_progress.ts";
import { JSON_OPTION } from "../../command_line/options.ts";
import { checkOutput, OVERWRITE_OPTION } from "../../output_file.ts";
import { formatTable } from "../../terminal/table.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { UsageError } from "../../command_line/usage_error.ts";
import { ACTION_OPTIONS, type GivenAction, takeActions } from "./words/action_words.ts";
import { READING_OPTIONS, readingOptions, tellUnusable } from "./reading_options.ts";
import { WRITING_OPTIONS, writingOptions } from "./writing_options.ts";

const OPTIONS = {
  ...WRITING_OPTIONS,
  ...READING_OPTIONS,
  overwrite: OVERWRITE_OPTION,
  info: { type: "boolean", help: "Describe OUT, or IN as it is when no OUT is given" },
  json: JSON_OPTION,
} as const;

/** The command for a line whose actions have been taken out: their order says what they are done to. */
const commandWith = (given: readonly GivenAction[]) =>
  defineCommand({
    summary:
      "Convert trained Gaussians between file formats, merge, place, filter and thin them out",
    needs: ["read", "write", "env"],
    examples: [
      "scene.ply scene.spz",
      "scene.ply small.compressed.ply --filter-harmonics 0",
      "a.ply -r 0,90,0 b.spz both.sog --filter-floaters",
    ],
    arguments: {
      files: {
        help:
          "IN [actions] … OUT [actions]: PLY, compressed PLY, .splat, .spz, .ksplat, glTF (.glb, " +
          ".gltf), SOG (.sog, meta.json, lod-meta.json or folder), or a model's folder; written are " +
          ".ply, .compressed.ply, .splat, .spz, .sog and .glb",
        rest: true,
      },
    },
    // Actions are none of the values, but the help and hints speak of them.
    options: { ...OPTIONS, ...ACTION_OPTIONS } as typeof OPTIONS,
    run: async ({ files, info, json, overwrite, ...values }, terminal) => {
      const reading = readingOptions(values);
      if (files.length === 1) {
        if (!info || given.length > 0) {
          throw new UsageError("Cannot run without OUT", "--info alone describes IN without one");
        }
        return await describeFile(files[0]!, { reading, json }, terminal);
      }
      const output = files.at(-1)!;
      const inputs = files.slice(0, -1);
      // What cannot be written is told before a large file is read.
      splatFormatOf(output);
      checkOutput(output, { inputs, overwrite });
      const report = await withFileProgress(terminal, () =>
        transformSplats({
          inputs: inputs.map((path, i) => ({
            path,
            actions: given.filter(({ after }) => after === i + 1),
          })),
          output,
          actions: given.filter(({ after }) => after === 0 || after > inputs.length),
          reading,
          writing: writingOptions(values),
          measured: info || json,
          // Of a folder the file within is known only now.
          onRead: (path) => checkOutput(output, { inputs: [path], overwrite }),
        }));
      tell(report, terminal);
      if (json) terminal.printJson(report);
      else {terminal.print(
          hasStatistics(report.output) ? describe(report.output) : summarise(report.output),
        );}
    },
  });

const bare = commandWith([]);

/** `splat transform IN [actions] … OUT [actions]`. */
export const transform: Command = {
  ...bare,
  run: async (words, terminal) => {
    const { rest, actions } = takeActions(words, bare.options);
    return await commandWith(actions).run(rest, terminal);
  },
};

async function describeFile(
  input: string,
  { reading, json }: { reading: ReadSplatsOptions; json: boolean },
  terminal: Terminal,
): Promise<void> {
  const file = await withFileProgress(terminal, () => readSplats(input, reading));
  const { splats, format, bytes, path, remarks } = file;
  for (const remark of remarks) terminal.note(`${path}: ${remark}`);
  const described = { path, format, bytes, ...statisticsOf(splats) };
  if (json) terminal.printJson(described);
  else terminal.print(describe(described));
}

function tell({ inputs, steps }: TransformReport, terminal: Terminal): void {
  for (const { path, remarks, count, unusable } of inputs) {
    for (const remark of remarks) terminal.note(`${path}: ${remark}`);
    tellUnusable(terminal, path, count, count - unusable);
  }
  for (const { action, before, after, remarks } of steps) {
    if (after !== before) terminal.note(`${action}: ${after} of ${before} Gaussians are left`);
    for (const remark of remarks) terminal.note(`${action}: ${remark}`);
  }
}

type Output = TransformReport["output"];
type Described = Output & SplatStatistics;

function hasStatistics(output: Output): output is Described {
  return "scale" in output;
}

function summarise({ path, format, bytes, count, degree }: Output): string {
  return `${path}: ${format}, ${bytes} bytes, ${count} Gaussians, SH degree ${degree}`;
}

function describe(info: Described): string {
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
