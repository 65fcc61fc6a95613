import config from "../deno.json" with { type: "json" };
import { type CommandTable, runCommand } from "./command_line/command.ts";
import { describeFailure } from "./terminal/failure.ts";
import { keepOnly } from "./command_line/permissions.ts";
import { processTerminal } from "./terminal/terminal.ts";

/** Every command; the import paths are literals, so that `deno compile` finds them. */
export const COMMANDS: CommandTable = {
  doctor: async () => (await import("./commands/doctor.ts")).doctor,
  op: {
    summary: "Single operators, to compare with other implementations",
    commands: {
      list: async () => (await import("./commands/op.ts")).opList,
      run: async () => (await import("./commands/op.ts")).opRun,
    },
  },
  data: {
    summary: "What a model learns from: index, check, make and label key frames",
    commands: {
      index: async () => (await import("./commands/data/build_index.ts")).dataIndex,
      label: async () => (await import("./commands/data/label.ts")).dataLabel,
      project: async () => (await import("./commands/data/project.ts")).dataProject,
      synth: async () => (await import("./commands/data/synth.ts")).dataSynth,
      inspect: async () => (await import("./commands/data/inspect.ts")).dataInspect,
    },
  },
  demo: async () => (await import("./commands/demo.ts")).demo,
  model: {
    summary: "Whole models, to compare with other implementations",
    commands: { run: async () => (await import("./commands/model.ts")).modelRun },
  },
  train: async () => (await import("./commands/train.ts")).train,
  eval: async () => (await import("./commands/eval.ts")).evaluate,
  visualize: async () => (await import("./commands/visualize.ts")).visualize,
  view: async () => (await import("./commands/view.ts")).view,
  report: async () => (await import("./commands/report.ts")).report,
  predict: async () => (await import("./commands/predict.ts")).predict,
  checkpoint: {
    summary: "Files of weights",
    commands: {
      inspect: async () => (await import("./commands/checkpoint.ts")).inspect,
      convert: async () => (await import("./commands/checkpoint.ts")).convert,
    },
  },
  splat: {
    summary: "3D Gaussian Splatting",
    commands: {
      train: async () => (await import("./commands/splat/train.ts")).splatTrain,
      render: async () => (await import("./commands/splat/render.ts")).splatRender,
      metrics: async () => (await import("./commands/splat/metrics.ts")).splatMetrics,
      "full-eval": async () => (await import("./commands/splat/full_eval.ts")).splatFullEval,
      convert: async () => (await import("./commands/splat/convert.ts")).splatConvert,
      transform: async () => (await import("./commands/splat/transform.ts")).transform,
      voxelize: async () => (await import("./commands/splat/voxelize.ts")).voxelize,
    },
  },
  compile: async () => (await import("./commands/compile.ts")).compile,
};

const VERSION_WORDS = ["--version", "-v", "-V", "version"];

/** Runs the command line `words` of a table of commands and returns the exit code. */
export async function main(
  words: readonly string[],
  commands: CommandTable = COMMANDS,
): Promise<number> {
  const end = words.indexOf("--");
  const read = end < 0 ? words : words.slice(0, end);
  const terminal = processTerminal({ quiet: read.includes("--quiet") });
  const fail = (error: unknown): number => {
    const { lines, code } = describeFailure(error, { debug: read.includes("--debug") });
    if (lines.length > 0) terminal.complain(lines.join("\n"));
    return code;
  };
  // What no await sees (an event handler, a forgotten promise) ends the same way.
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    Deno.exit(fail(event.reason));
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    Deno.exit(fail(event.error));
  });
  try {
    if (VERSION_WORDS.includes(words[0]!)) {
      terminal.print(`voxsplat ${config.version}`);
      return 0;
    }
    return await runCommand(commands, words, terminal, ({ needs }) => keepOnly(needs));
  } catch (error) {
    return fail(error);
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
