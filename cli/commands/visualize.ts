import { join } from "@std/path";
import { filmScene, visualizeOccupancy } from "../../mod.ts";
import { readTrainedWeights } from "../../model/mod.ts";
import { type Command, defineCommand } from "../command_line/command.ts";
import { DATA_OPTIONS, rootsOf } from "../data_roots.ts";
import { withFileProgress } from "../terminal/file_progress.ts";
import { tellLeftOut } from "../terminal/left_out.ts";
import { openModelGpu } from "../gpu.ts";
import {
  CHECKPOINT_OPTION,
  classNamesOf,
  MAP_OPTION,
  noteWeights,
  SKIP_BAD_OPTION,
  SPLIT_OPTIONS,
} from "../model_options.ts";
import { JSON_OPTION, MOST_SEED } from "../command_line/options.ts";
import { UsageError } from "../command_line/usage_error.ts";
import { configOf, PRESET_OPTIONS } from "../presets.ts";
import { referenceWords } from "./splat/words/reference_words.ts";

const NO_FFMPEG = "no MP4 was made: ffmpeg is not installed, the numbered pictures are there";
// That of the original's pictures.
const ASPECT = 16 / 9;

const command = defineCommand({
  summary: "Draw key frames: photos, truth, prediction and error as voxels, Gaussians",
  needs: ["read", "write", "env", "sys", "run"],
  gpu: true,
  examples: [
    "--data data --resume-from out/run --out pictures",
    "--data data --resume-from out/run --out pictures --vis-index 3 --video",
  ],
  options: {
    ...PRESET_OPTIONS,
    ...DATA_OPTIONS,
    "resume-from": CHECKPOINT_OPTION,
    "work-dir": {
      type: "string",
      value: "DIR",
      help: "The run's folder: its latest checkpoint is shown, pictures go to vis_epN in it",
    },
    epoch: { type: "number", integer: true, min: 0, default: 0, help: "N of that folder" },
    out: { type: "string", value: "DIR", help: "Where the pictures go instead" },
    "num-samples": {
      type: "number",
      integer: true,
      min: 1,
      default: 1,
      help: "Key frames, drawn with the seed",
    },
    "vis-index": {
      type: "list",
      value: "N",
      each: { integer: true, min: 0 },
      help: "These key frames of the split instead, counted from 0",
    },
    "vis-scene-index": {
      type: "number",
      integer: true,
      min: 0,
      help: "All key frames of this scene instead, counted from 0",
    },
    "vis-scene": { type: "boolean", help: "The original's, which reads it nowhere" },
    dataset: {
      type: "string",
      choices: ["nusc", "nuscenes"],
      help: "The original's; only its nuScenes is drawn",
    },
    split: SPLIT_OPTIONS.split,
    seed: {
      type: "number",
      integer: true,
      min: 0,
      max: MOST_SEED,
      default: 42,
      help: "Of the choice of key frames",
    },
    "vis-occ": { type: "boolean", help: "Voxels; without any --vis- option, these and Gaussians" },
    "vis-gaussian": { type: "boolean", help: "Gaussians, as ellipsoids and from the cameras" },
    "vis-gaussian-topdown": {
      type: "boolean",
      help: "Gaussians' places from above: those to start from, those of every block",
    },
    "model-type": {
      type: "string",
      choices: ["base", "prob", "all"],
      help: "Which ellipsoids: opaque ones of 1.5 deviations; solid ones of 2, off the ground; " +
        "all of 1.5. By the model's head if not given",
    },
    "min-opacity": {
      type: "number",
      min: 0,
      max: 1,
      help: "Leave out Gaussians less opaque; base takes 0.75",
    },
    azimuth: {
      type: "number",
      help: "Look from elsewhere: degrees around the scene, 0 from behind, 90 from the right",
    },
    elevation: { type: "number", min: -89, max: 90, help: "Degrees above the horizon" },
    distance: { type: "number", min: 1, help: "Metres from the middle" },
    fov: { type: "number", min: 1, max: 150, help: "Degrees, top to bottom" },
    height: {
      type: "number",
      integer: true,
      min: 90,
      max: 4320,
      default: 720,
      help: "Pixels of the pictures",
    },
    film: {
      type: "boolean",
      help:
        "One film of the scene of --vis-scene-index, or the first, key frame after key frame; " +
        "nothing else is written",
    },
    video: { type: "boolean", help: "Film each: numbered pictures, an MP4 where ffmpeg is there" },
    "video-path": {
      type: "string",
      choices: ["orbit", "fly"],
      default: "orbit",
      help: "Once around the scene, or through it",
    },
    "video-frames": {
      type: "number",
      integer: true,
      min: 1,
      max: 9999,
      default: 96,
      help: "Pictures of a film",
    },
    fps: {
      type: "number",
      min: 1,
      max: 120,
      help: "Of them a second: 24 unless given, 4 key frames of --film",
    },
    map: MAP_OPTION,
    "skip-bad": SKIP_BAD_OPTION,
    json: JSON_OPTION,
  },
  run: async (values, terminal) => {
    const indices = values.visIndex.map(readIndex);
    const source = values.resumeFrom ?? values.workDir;
    if (source === undefined) {
      throw new UsageError(
        "Cannot run without a checkpoint: --resume-from or --work-dir must be given",
      );
    }
    const out = values.out ??
      (values.workDir === undefined ? undefined : join(values.workDir, `vis_ep${values.epoch}`));
    if (out === undefined) {
      throw new UsageError("Cannot run without a folder: --out or --work-dir must be given");
    }
    if (indices.length && values.visSceneIndex !== undefined) {
      throw new UsageError(
        "Cannot choose key frames twice: --vis-index and --vis-scene-index exclude each other",
      );
    }
    if (values.film && (values.video || indices.length)) {
      throw new UsageError(
        "Cannot film a scene and key frames: --film excludes --video and --vis-index",
      );
    }
    const roots = rootsOf(values);
    const checkpoint = await withFileProgress(terminal, () => readTrainedWeights(source));
    noteWeights(checkpoint, terminal);
    const { preset, config, mapped } = configOf(
      values,
      checkpoint,
      terminal.note,
      classNamesOf(values.map),
    );
    const gpu = await openModelGpu(values, preset, terminal);
    const all = !values.visOcc && !values.visGaussian && !values.visGaussianTopdown;
    const { progress } = terminal;
    try {
      const options = {
        preset,
        config,
        mapped: mapped ?? undefined,
        roots,
        checkpoint,
        split: values.split,
        seed: values.seed,
        scene: values.visSceneIndex,
        skipBad: values.skipBad,
        out,
        occupancy: all || values.visOcc,
        gaussians: all || values.visGaussian,
        size: [Math.round(values.height * ASPECT), values.height] as const,
        choice: values.modelType,
        minOpacity: values.minOpacity,
        viewpoint: {
          ...(values.azimuth === undefined ? {} : { azimuth: values.azimuth }),
          ...(values.elevation === undefined ? {} : { elevation: values.elevation }),
          ...(values.distance === undefined ? {} : { distance: values.distance }),
          ...(values.fov === undefined ? {} : { fieldOfView: values.fov }),
        },
        onProgress: (done: number, total: number) => {
          const unit = values.video ? "picture" : "key frame";
          if (done === 0) progress.draw({ type: "started", label: "drawing", total, unit });
          else progress.draw({ type: "step", done });
        },
      };
      if (values.film) {
        const { result, ...film } = await filmScene(gpu, { ...options, fps: values.fps ?? 4 });
        progress.draw({ type: "finished" });
        if (!film.mp4) terminal.note(NO_FFMPEG);
        tellLeftOut(result, terminal);
        if (values.json) return terminal.printJson({ ...result, ...film });
        return terminal.print(film.mp4 ?? film.folder);
      }
      const { result, files, page, keyFrames } = await visualizeOccupancy(gpu, {
        ...options,
        ...(indices.length ? { indices } : { limit: values.numSamples }),
        topDown: values.visGaussianTopdown,
        film: values.video
          ? { frames: values.videoFrames, fps: values.fps ?? 24, path: values.videoPath }
          : undefined,
      });
      progress.draw({ type: "finished" });
      if (values.video && keyFrames.some(({ film }) => film && !film.mp4)) {
        terminal.note(NO_FFMPEG);
      }
      tellLeftOut(result, terminal);
      if (values.json) return terminal.printJson({ ...result, files, page, keyFrames });
      for (const path of files) terminal.print(path);
      for (const { film } of keyFrames) if (film) terminal.print(film.mp4 ?? film.folder);
      terminal.print(`page: ${page}`);
    } finally {
      gpu.destroy();
    }
  },
});

/** `visualize`: pictures of key frames and what a checkpoint makes of them. */
export const visualize: Command = {
  ...command,
  // The original writes some options with underscores, and lists with spaces.
  run: (words, terminal) => command.run(referenceWords(words, command.options), terminal),
};

function readIndex(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`Cannot read --vis-index "${text}": it must be a whole number from 0 on`);
}
