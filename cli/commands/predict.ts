import { predictOccupancy } from "../../mod.ts";
import { describeBlind, readTrainedWeights } from "../../model/mod.ts";
import { defineCommand } from "../command_line/command.ts";
import { DATA_OPTIONS, rootsOf } from "../data_roots.ts";
import { withFileProgress } from "../terminal/file_progress.ts";
import { type LeftOut, tellLeftOut } from "../terminal/left_out.ts";
import { openModelGpu } from "../gpu.ts";
import {
  CHECKPOINT_OPTION,
  noteWeights,
  SKIP_BAD_OPTION,
  SPLIT_OPTIONS,
} from "../model_options.ts";
import { RANKS_OPTIONS, withRanks } from "../ranks/with_ranks.ts";
import { JSON_OPTION, MOST_SEED } from "../command_line/options.ts";
import { configOf, PRESET_OPTIONS } from "../presets.ts";

const { "occ-path": _labels, ...PICTURE_OPTIONS } = DATA_OPTIONS;

/** `predict`: occupancy and Gaussians of key frames, from their pictures alone. */
export const predict = defineCommand({
  summary: "Predict key frames from their pictures: occupancy as .npz, Gaussians as .ply",
  needs: ["read", "write", "env", "sys", "run", "ffi"],
  gpu: true,
  examples: ["--data data --resume-from out/run --out predictions --pictures"],
  options: {
    ...PRESET_OPTIONS,
    ...PICTURE_OPTIONS,
    data: {
      ...DATA_OPTIONS.data,
      help: "Folder with nuscenes/ and nuscenes_cam/; no labels are read",
    },
    "resume-from": { ...CHECKPOINT_OPTION, required: true },
    out: { type: "string", value: "DIR", required: true, help: "Where the files go" },
    ...SPLIT_OPTIONS,
    seed: {
      type: "number",
      integer: true,
      min: 0,
      max: MOST_SEED,
      default: 42,
      help: "Of the depths that a sampled lifter draws",
    },
    stream: {
      type: "boolean",
      help: "Go on from each key frame to the next of its scene, with a model that streams; " +
        "settings that train so imply it",
    },
    probabilities: { type: "boolean", help: "Write the probabilities of all classes too" },
    pictures: { type: "boolean", help: "Keep small pictures of the cameras too, for view" },
    "skip-bad": SKIP_BAD_OPTION,
    ...RANKS_OPTIONS,
    json: JSON_OPTION,
  },
  run: (values, terminal) =>
    withRanks(values, { terminal, folder: values.out }, async (ranks, terminal) => {
      const roots = rootsOf(values, { labelled: false });
      const read = () => readTrainedWeights(values.resumeFrom);
      const checkpoint = await withFileProgress(terminal, read);
      noteWeights(checkpoint, terminal);
      const { preset, config } = configOf(values, checkpoint, terminal.note);
      const gpu = await openModelGpu(values, preset, terminal);
      try {
        let leftOut: LeftOut = {};
        const empty: string[] = [];
        const steps = predictOccupancy(gpu, {
          config,
          roots,
          outDir: values.out,
          checkpoint,
          split: values.split,
          limit: values.numSamples,
          seed: values.seed,
          stream: values.stream || undefined,
          probabilities: values.probabilities,
          pictures: values.pictures,
          skipBad: values.skipBad,
          ranks,
          onSkipped: (skipped) =>
            leftOut = { skipped: skipped.length, firstSkipped: skipped[0]!.message },
          onPart: ({ done, label }) =>
            terminal.progress.draw({ type: "step", done, figures: { now: label } }),
        });
        for await (const step of steps) {
          if (!("token" in step)) {
            const { total } = step;
            const task = { label: "predicting", unit: "key frame", total } as const;
            terminal.progress.draw({ type: "started", ...task });
            continue;
          }
          const { done, occupancy, gaussians, gaussianCount, occupied } = step;
          terminal.progress.draw({ type: "step", done, figures: {} });
          for (const blind of step.blindCameras) terminal.complain(describeBlind(blind));
          if (gaussianCount === 0) empty.push(gaussians);
          if (values.json) terminal.printJson(step);
          else {
            terminal.print(`${occupancy}: ${occupied} voxels occupied`);
            terminal.print(`${gaussians}: ${gaussianCount} Gaussians`);
          }
        }
        terminal.progress.draw({ type: "finished" });
        tellLeftOut(leftOut, terminal);
        if (empty.length > 0 && ranks.rank === 0) {
          const more = empty.length > 1 ? `, nor do ${empty.length - 1} more files` : "";
          throw new Error(
            `Cannot show Gaussians of free space: "${empty[0]}" holds none of another class${more}`,
          );
        }
      } finally {
        gpu.destroy();
      }
    }),
});
