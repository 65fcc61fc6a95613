import { applyOverrides } from "../overrides.ts";
import { defineCommand } from "../command.ts";
import { JSON_OPTION } from "../options.ts";
import { openModelGpu } from "../gpu.ts";
import { configOf, PRESET_OPTIONS } from "../presets.ts";
import {
  describeInitial,
  readCheckpoint,
  readRun,
  readTrainedWeights,
  summarize,
  trainWithLogs,
  writeProfile,
} from "../../mod.ts";
import { formatProfile, formatSummary } from "../run_tables.ts";
import { UsageError } from "../usage_error.ts";

// Between readings of the kernels' times.
const PROFILED_STEPS = 10;

/** `train`: a GaussianFormer from key frames. */
export const train = defineCommand({
  summary: "Train a GaussianFormer on nuScenes key frames",
  options: {
    ...PRESET_OPTIONS,
    data: {
      type: "string",
      value: "DIR",
      required: true,
      help: "Folder with nuscenes/, nuscenes_cam/ and surroundocc/",
    },
    "work-dir": {
      type: "string",
      value: "DIR",
      required: true,
      help: "Where checkpoints and metrics go",
    },
    steps: { type: "number", integer: true, min: 1, help: "Optimizer steps in all" },
    seed: {
      type: "number",
      integer: true,
      min: 0,
      default: 42,
      help: "Of weights, order and dropout",
    },
    "resume-from": {
      type: "string",
      value: "CKPT",
      help: "Go on from a checkpoint, or from the latest one of a folder",
    },
    "load-from": {
      type: "string",
      value: "FILE",
      help: "Start from the weights of a .pth or .safetensors file, as far as their keys fit",
    },
    "save-every": {
      type: "number",
      integer: true,
      min: 1,
      default: 100,
      help: "Steps between checkpoints",
    },
    "eval-every": {
      type: "number",
      integer: true,
      min: 0,
      default: 0,
      help: "Steps between evaluations, 0 for none",
    },
    "eval-split": {
      type: "string",
      choices: ["train", "val"],
      default: "val",
      help: "Which key frames these are on",
    },
    "log-every": {
      type: "number",
      integer: true,
      min: 1,
      default: 10,
      help: "Steps between readings of the loss",
    },
    "gradient-accumulation": {
      type: "number",
      integer: true,
      min: 1,
      default: 1,
      help: "Key frames whose gradients make one step",
    },
    "skip-bad": { type: "boolean", help: "Skip and count key frames with broken or missing files" },
    profile: { type: "boolean", help: "Time every kernel on the GPU and list them at the end" },
    json: JSON_OPTION,
  },
  run: async (values, terminal) => {
    if (values.resumeFrom !== undefined && values.loadFrom !== undefined) {
      throw new UsageError(
        "Cannot both go on and start anew: --resume-from and --load-from exclude each other",
      );
    }
    const checkpoint = values.resumeFrom === undefined
      ? undefined
      : await readCheckpoint(values.resumeFrom);
    const initial = values.loadFrom === undefined
      ? undefined
      : await readTrainedWeights(values.loadFrom);
    const { preset, config: base, loadFrom } = configOf(values, checkpoint);
    if (loadFrom && !initial && !checkpoint) {
      terminal.note(`the configuration starts from "${loadFrom}", --load-from loads such a file`);
    }
    const config = values.steps === undefined
      ? base
      : applyOverrides(base, [`optim.steps=${values.steps}`]);
    if (checkpoint && checkpoint.state.step >= config.optim.steps) {
      const { step } = checkpoint.state;
      terminal.note(`the checkpoint has its ${step} steps already, --steps gives it more`);
    }
    const gpu = await openModelGpu(values, preset, terminal);
    try {
      const profiler = values.profile ? gpu.startProfile() : null;
      const events = trainWithLogs(gpu, {
        preset,
        config,
        dataDir: values.data,
        workDir: values.workDir,
        seed: checkpoint?.state.seed ?? values.seed,
        checkpoint,
        initial,
        saveEvery: values.saveEvery,
        evalEvery: values.evalEvery,
        evalSplit: values.evalSplit,
        logEvery: values.logEvery,
        accumulation: values.gradientAccumulation,
        skipBad: values.skipBad,
      });
      let path = values.workDir;
      for await (const event of events) {
        if (values.json) terminal.printJson(event);
        switch (event.type) {
          case "started":
            terminal.note(
              `${
                event.parameters.toLocaleString("en")
              } trainable parameters, ${event.keyFrames} key frames`,
            );
            terminal.progress.draw({
              type: "started",
              label: "training",
              total: event.steps,
              done: event.step,
            });
            break;
          case "loaded":
            terminal.note(describeInitial(event.report));
            break;
          case "step":
            terminal.progress.draw({
              type: "step",
              done: event.step,
              figures: {
                loss: Number(event.loss.toPrecision(4)),
                "grad norm": Number(event.gradientNorm.toPrecision(3)),
                lr: Number(event.lr.toPrecision(3)),
              },
            });
            // Each submission keeps its times on the GPU until they are read.
            if (event.step % PROFILED_STEPS === 0) await profiler?.rows();
            break;
          case "skipped":
            terminal.progress.draw({ type: "note", text: `step ${event.step}: ${event.reason}` });
            break;
          case "evaluated":
            terminal.progress.draw({
              type: "note",
              text: `step ${event.step}: mIoU ${event.result.miou.toFixed(2)}, IoU ${
                event.result.occIou.toFixed(2)
              } over ${event.result.samples} key frames`,
            });
            break;
          case "saved":
            terminal.progress.draw({ type: "note", text: `saved ${event.path}` });
            break;
          case "finished":
            terminal.progress.draw({ type: "finished" });
            path = event.path;
        }
      }
      const times = await profiler?.rows();
      if (times) {
        profiler!.stop();
        writeProfile(values.workDir, times);
      }
      const summary = summarize(readRun(values.workDir).rows);
      if (values.json) {
        terminal.printJson({ type: "summary", ...summary, ...(times ? { profile: times } : {}) });
        return;
      }
      terminal.print(formatSummary(summary));
      if (times) terminal.print(`\n${formatProfile(times)}`);
      terminal.print(path);
    } finally {
      gpu.destroy();
    }
  },
});
