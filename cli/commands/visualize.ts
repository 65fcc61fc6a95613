import { readTrainedWeights, visualizeGaussianFormer } from "../../mod.ts";
import { defineCommand } from "../command.ts";
import { openModelGpu } from "../gpu.ts";
import { JSON_OPTION } from "../options.ts";
import { UsageError } from "../usage_error.ts";
import { configOf, PRESET_OPTIONS } from "../presets.ts";

// That of the original's pictures.
const ASPECT = 16 / 9;

/** `visualize`: pictures of key frames and what a checkpoint makes of them. */
export const visualize = defineCommand({
  summary: "Draw key frames: photos, truth, prediction and error as voxels, Gaussians",
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
      help: "The checkpoint, or the folder whose latest one is meant",
    },
    out: { type: "string", value: "DIR", required: true, help: "Where the pictures go" },
    "num-samples": { type: "number", integer: true, min: 1, default: 1, help: "Key frames" },
    "vis-index": {
      type: "list",
      value: "N",
      help: "This key frame of the split, counted from 0, instead of the first ones",
    },
    split: { type: "string", choices: ["train", "val"], default: "val", help: "Of which kind" },
    "vis-occ": { type: "boolean", help: "Voxels only, unless --vis-gaussian is given too" },
    "vis-gaussian": { type: "boolean", help: "Gaussians only, unless --vis-occ is given too" },
    "min-opacity": {
      type: "number",
      min: 0,
      max: 1,
      default: 0,
      help: "Leave out Gaussians less opaque; the original shows those above 0.75",
    },
    height: {
      type: "number",
      integer: true,
      min: 90,
      max: 4320,
      default: 720,
      help: "Pixels of the pictures",
    },
    "skip-bad": { type: "boolean", help: "Skip and count key frames with broken or missing files" },
    json: JSON_OPTION,
  },
  run: async (values, terminal) => {
    const indices = values.visIndex.map(readIndex);
    const checkpoint = await readTrainedWeights(values.resumeFrom);
    const { preset, config } = configOf(values, checkpoint);
    const gpu = await openModelGpu(values, preset, terminal);
    const both = !values.visOcc && !values.visGaussian;
    try {
      terminal.progress.draw({
        type: "started",
        label: "drawing",
        total: indices.length || values.numSamples,
        unit: "key frame",
      });
      const { result, files, page } = await visualizeGaussianFormer(gpu, {
        preset,
        config,
        dataDir: values.data,
        checkpoint,
        split: values.split,
        ...(indices.length ? { indices } : { limit: values.numSamples }),
        skipBad: values.skipBad,
        out: values.out,
        occupancy: both || values.visOcc,
        gaussians: both || values.visGaussian,
        size: [Math.round(values.height * ASPECT), values.height],
        minOpacity: values.minOpacity,
        onStep: ({ done }) => {
          terminal.progress.draw({ type: "step", done });
        },
      });
      terminal.progress.draw({ type: "finished" });
      if (values.json) return terminal.printJson({ ...result, files, page });
      for (const path of files) terminal.print(path);
      terminal.print(`page: ${page}`);
    } finally {
      gpu.destroy();
    }
  },
});

function readIndex(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`Cannot read --vis-index "${text}": it must be a whole number from 0 on`);
}
