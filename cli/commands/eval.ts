import { CLASS_NAMES, evaluateGaussianFormer, readTrainedWeights } from "../../mod.ts";
import { defineCommand } from "../command.ts";
import { openModelGpu } from "../gpu.ts";
import { JSON_OPTION } from "../options.ts";
import { configOf, PRESET_OPTIONS } from "../presets.ts";
import { formatTable } from "../table.ts";

/** `eval`: mIoU and IoU of a checkpoint. */
export const evaluate = defineCommand({
  summary: "Evaluate a checkpoint: IoU per class, mIoU, IoU of what is occupied",
  options: {
    ...PRESET_OPTIONS,
    data: {
      type: "string",
      value: "DIR",
      required: true,
      help: "Folder with nuscenes/, nuscenes_cam/ and surroundocc/",
    },
    "resume-from": {
      type: "string",
      value: "CKPT",
      required: true,
      help: "The checkpoint, one of the original (.pth), or the folder whose latest one is meant",
    },
    split: { type: "string", choices: ["train", "val"], default: "val", help: "Which key frames" },
    "num-samples": { type: "number", integer: true, min: 1, help: "Stop after so many key frames" },
    "skip-bad": { type: "boolean", help: "Skip and count key frames with broken or missing files" },
    json: JSON_OPTION,
  },
  run: async (values, terminal) => {
    const checkpoint = await readTrainedWeights(values.resumeFrom);
    const { preset, config } = configOf(values, checkpoint);
    const gpu = await openModelGpu(values, preset, terminal);
    try {
      const result = await evaluateGaussianFormer(gpu, {
        preset,
        config,
        dataDir: values.data,
        checkpoint,
        split: values.split,
        limit: values.numSamples,
        skipBad: values.skipBad,
        onStart: (total) => {
          const task = { label: "evaluating", total, unit: "key frame" } as const;
          terminal.progress.draw({ type: "started", ...task });
        },
        onStep: ({ done }) => terminal.progress.draw({ type: "step", done }),
      });
      terminal.progress.draw({ type: "finished" });
      if (values.json) return terminal.printJson(result);
      const percent = (value: number) => (100 * value).toFixed(2);
      terminal.print(formatTable(
        ["class", "IoU %", "precision %", "recall %", "labels", "predicted", "correct"],
        result.classes.map((row) => [
          CLASS_NAMES[row.label]!,
          percent(row.iou),
          percent(row.precision),
          percent(row.recall),
          row.seen,
          row.positive,
          row.correct,
        ]),
      ));
      terminal.print(
        `mIoU ${result.miou.toFixed(2)}, IoU ${
          result.iou.toFixed(2)
        } over ${result.samples} key frames`,
      );
    } finally {
      gpu.destroy();
    }
  },
});
