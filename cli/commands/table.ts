import type { CommandTable } from "../command_line/command.ts";

/** Every command; the import paths are literals, so that `deno compile` finds them. */
export const COMMANDS: CommandTable = {
  doctor: async () => (await import("./doctor.ts")).doctor,
  op: {
    summary: "Single operators, to compare with other implementations",
    commands: {
      list: async () => (await import("./op.ts")).opList,
      run: async () => (await import("./op.ts")).opRun,
    },
  },
  data: {
    summary: "What a model learns from: index, check, make and label key frames",
    commands: {
      index: async () => (await import("./data/build_index.ts")).dataIndex,
      check: async () => (await import("./data/check.ts")).dataCheck,
      label: async () => (await import("./data/label.ts")).dataLabel,
      project: async () => (await import("./data/project.ts")).dataProject,
      synth: async () => (await import("./data/synth.ts")).dataSynth,
      inspect: async () => (await import("./data/inspect.ts")).dataInspect,
    },
  },
  demo: {
    summary: "What it does, shown on data made on the spot",
    itself: async () => (await import("./demo/street.ts")).demo,
    commands: {
      splat: async () => (await import("./demo/splat.ts")).demoSplat,
      train: async () => (await import("./demo/train.ts")).demoTrain,
    },
  },
  model: {
    summary: "Whole models, to compare with other implementations",
    commands: { run: async () => (await import("./model.ts")).modelRun },
  },
  train: async () => (await import("./train.ts")).train,
  eval: async () => (await import("./eval.ts")).evaluate,
  visualize: async () => (await import("./visualize.ts")).visualize,
  view: async () => (await import("./view.ts")).view,
  studio: async () => (await import("./studio.ts")).studio,
  report: async () => (await import("./report.ts")).report,
  predict: async () => (await import("./predict.ts")).predict,
  checkpoint: {
    summary: "Files of weights",
    commands: {
      inspect: async () => (await import("./checkpoint.ts")).inspect,
      convert: async () => (await import("./checkpoint.ts")).convert,
    },
  },
  splat: {
    summary: "3D Gaussian Splatting",
    commands: {
      train: async () => (await import("./splat/train.ts")).splatTrain,
      render: async () => (await import("./splat/render.ts")).splatRender,
      metrics: async () => (await import("./splat/metrics.ts")).splatMetrics,
      "full-eval": async () => (await import("./splat/full_eval.ts")).splatFullEval,
      convert: async () => (await import("./splat/convert.ts")).splatConvert,
      transform: async () => (await import("./splat/transform.ts")).transform,
      mesh: async () => (await import("./splat/mesh.ts")).mesh,
      voxelize: async () => (await import("./splat/voxelize.ts")).voxelize,
    },
  },
  completion: async () => (await import("./completion.ts")).completion,
  pack: async () => (await import("./pack.ts")).pack,
  compile: async () => (await import("./compile.ts")).compile,
};
