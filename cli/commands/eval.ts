import { evaluateOccupancy, type EvaluationReport, saveEvaluation } from "../../mod.ts";
import {
  classTable,
  compareOfficial,
  describeBlind,
  describeFigures,
  readTrainedWeights,
  STREAM_MODES,
} from "../../model/mod.ts";
import { defineCommand } from "../command_line/command.ts";
import { DATA_OPTIONS, rootsOf } from "../data_roots.ts";
import { withFileProgress } from "../terminal/file_progress.ts";
import { tellAbsent, tellLeftOut } from "../terminal/left_out.ts";
import { describeMeasures, measuresOf } from "../measures.ts";
import { OFFICIAL_OPTIONS, officialOf, printOfficial } from "../official.ts";
import { openModelGpu } from "../gpu.ts";
import {
  CHECKPOINT_OPTION,
  classNamesOf,
  MAP_OPTION,
  noteWeights,
  SKIP_BAD_OPTION,
  SPLIT_OPTIONS,
} from "../model_options.ts";
import { RANKS_OPTIONS, withRanks } from "../ranks/with_ranks.ts";
import { JSON_OPTION, MOST_SEED } from "../command_line/options.ts";
import { configOf, PRESET_OPTIONS } from "../presets.ts";
import { counted, formatTable } from "../terminal/table.ts";
import { describeStream } from "../stream_report.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { UsageError } from "../command_line/usage_error.ts";

/** `eval`: mIoU and IoU of a checkpoint. */
export const evaluate = defineCommand({
  summary: "Evaluate a checkpoint: IoU per class, mIoU, IoU of what is occupied",
  needs: ["read", "write", "env", "sys", "run", "ffi"],
  gpu: true,
  examples: [
    "--data data --resume-from out/run",
    "--preset nuscenes_gs25600_solid --data data --resume-from epoch_20.pth --num-samples 10",
    "--official superocc_t --data data --weights superocc_t.pth",
  ],
  options: {
    ...PRESET_OPTIONS,
    ...OFFICIAL_OPTIONS,
    ...DATA_OPTIONS,
    "resume-from": CHECKPOINT_OPTION,
    "work-dir": {
      type: "string",
      value: "DIR",
      help:
        "The run's folder: its latest checkpoint where --resume-from names none; evaluation.json goes there",
    },
    "random-weights": {
      type: "boolean",
      help: "Without a checkpoint: seeded random weights, to try speed and memory",
    },
    ...SPLIT_OPTIONS,
    seed: {
      type: "number",
      integer: true,
      min: 0,
      max: MOST_SEED,
      help:
        "Of random weights and of the depths that a sampled lifter draws; else the checkpoint's, or 42",
    },
    "all-voxels": {
      type: "boolean",
      help:
        "Count voxels of ignored labels too, as the original did before December 2024; legacy settings imply it",
    },
    metric: {
      type: "list",
      value: "NAME",
      help:
        "Measure too: rayiou (what rays from the car meet first), gaussianworld (its counting of " +
        "SurroundOcc's labels), all",
    },
    stream: {
      type: "string",
      choices: STREAM_MODES,
      help: "Of a model that streams: each key frame on its own, each after its scene so far, or " +
        "windows as published; without it, as its settings train",
    },
    dump: {
      type: "string",
      value: "OUT.npz",
      help: "Write every key frame's prediction, labels and mask, and the tokens",
    },
    profile: { type: "boolean", help: "Time every kernel on the GPU and list them at the end" },
    map: MAP_OPTION,
    "skip-bad": SKIP_BAD_OPTION,
    ...RANKS_OPTIONS,
    json: JSON_OPTION,
  },
  run: (values, terminal) =>
    withRanks(values, { terminal, folder: values.workDir }, async (ranks, terminal) => {
      const { randomWeights, workDir } = values;
      const official = officialOf(values);
      const resumeFrom = values.weights ?? values.resumeFrom ??
        (randomWeights ? undefined : workDir);
      if (randomWeights === (resumeFrom !== undefined)) {
        throw new UsageError(
          randomWeights
            ? "Cannot evaluate two models: --resume-from and --random-weights exclude each other"
            : "Cannot evaluate nothing: --resume-from or --work-dir names a checkpoint, both are missing",
          randomWeights
            ? undefined
            : "--random-weights tries a preset's speed and memory without one",
        );
      }
      const roots = rootsOf(values);
      const checkpoint = resumeFrom === undefined
        ? null
        : await withFileProgress(terminal, () => readTrainedWeights(resumeFrom));
      noteWeights(checkpoint, terminal);
      const chosen = official
        ? {
          ...values,
          preset: official.preset as typeof values.preset,
          set: [...official.set ?? [], ...values.set],
        }
        : values;
      const { preset, config, mapped } = configOf(
        chosen,
        checkpoint ?? undefined,
        terminal.note,
        classNamesOf(values.map),
      );
      const metrics = [...values.metric, ...official?.measures ?? []];
      const measures = measuresOf(metrics, config, terminal.note);
      const gpu = await openModelGpu(values, preset, terminal);
      const profiler = values.profile ? gpu.startProfile() : null;
      try {
        const result = await evaluateOccupancy(gpu, {
          preset,
          config,
          mapped: mapped ?? undefined,
          roots,
          checkpoint,
          seed: values.seed,
          split: values.split,
          limit: values.numSamples,
          skipBad: values.skipBad,
          allVoxels: values.allVoxels || undefined,
          measures,
          dump: values.dump,
          stream: values.stream ?? official?.stream,
          ranks,
          onStart: (total) => {
            const task = { label: "evaluating", total, unit: "key frame" } as const;
            terminal.progress.draw({ type: "started", ...task });
          },
          onPart: ({ done, label }) =>
            terminal.progress.draw({ type: "step", done, figures: { now: label } }),
          onStep: ({ done }) => terminal.progress.draw({ type: "step", done, figures: {} }),
        });
        terminal.progress.draw({ type: "finished" });
        for (const blind of result.blindCameras) terminal.complain(describeBlind(blind));
        const kernels = profiler ? { kernels: await profiler.rows() } : {};
        tellLeftOut(result, terminal);
        if (ranks.rank > 0) return;
        const saved = workDir === undefined ? null : saveEvaluation(workDir, { result });
        if (saved !== null) terminal.note(`the result is in "${saved}", where report finds it`);
        if (values.json) {
          const beside = official ? { official: compareOfficial(official, result) } : {};
          return terminal.printJson({ ...result, ...kernels, ...beside });
        }
        printReport(result, terminal);
        if (official) printOfficial(official, result, terminal);
        if (kernels.kernels) {
          terminal.print(formatTable(
            ["kernel", "calls", "ms"],
            kernels.kernels.map(({ kernel, calls, milliseconds }) => [kernel, calls, milliseconds]),
          ));
        }
      } finally {
        gpu.destroy();
      }
    }),
});

function printReport(result: EvaluationReport, terminal: Terminal): void {
  terminal.print(formatTable(...classTable(result.classes)));
  const { samples, skipped } = result;
  terminal.print(
    `${describeFigures(result)}, ${counted(samples, "key frame")}` +
      (skipped ? `, ${skipped} skipped` : "") +
      (result.checkpointSha256 ? "" : ", with random weights"),
  );
  for (const line of describeStream(result)) terminal.print(line);
  for (const line of describeMeasures(result.measures)) terminal.print(line);
  tellAbsent(result.classes, terminal);
  const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(2)} GiB`;
  const { seconds, processorSeconds, peakMemory, peakResident } = result;
  terminal.note([
    `${seconds.toFixed(1)} s`,
    ...(processorSeconds === null ? [] : [`${processorSeconds.toFixed(1)} s of processor time`]),
    `at most ${gibibytes(peakMemory)} in tensors`,
    ...(peakResident === null ? [] : [`${gibibytes(peakResident)} in the process`]),
  ].join(", "));
}
