import { ColmapError, convertScene } from "../../../mod.ts";
import { type Command, defineCommand } from "../../command_line/command.ts";
import { JSON_OPTION } from "../../command_line/options.ts";
import { describeFailure } from "../../terminal/failure.ts";
import { ConvertProgress } from "./convert_progress.ts";
import { referenceWords } from "./words/reference_words.ts";

const command = defineCommand({
  summary: "Make a scene of photos with COLMAP: poses, undistorted and reduced pictures",
  needs: ["read", "write", "env", "run"],
  examples: ["-s photos", "-s walk --video walk.mp4"],
  options: {
    source_path: {
      type: "string",
      value: "DIR",
      required: true,
      help: '-s: folder with the photos in "input"; the scene is made there',
    },
    no_gpu: { type: "boolean", help: "COLMAP computes features and matches on the CPU" },
    skip_matching: { type: "boolean", help: 'Start from "distorted/sparse/0" as it is' },
    camera: { type: "string", value: "MODEL", default: "OPENCV", help: "COLMAP's camera model" },
    colmap_executable: {
      type: "string",
      value: "FILE",
      default: "colmap",
      help: "COLMAP's name or path",
    },
    resize: { type: "boolean", help: "Write images_2, images_4 and images_8 too" },
    magick_executable: {
      type: "string",
      value: "FILE",
      default: "magick",
      help: "Accepted; pictures are reduced without ImageMagick",
    },
    "colmap-gpu-names": {
      type: "string",
      default: "auto",
      choices: ["auto", "sift", "feature"],
      help: "Names of COLMAP's GPU options: SiftExtraction, or FeatureExtraction in newer ones",
    },
    video: { type: "string", value: "FILE", help: 'Take photos from a video into "input" first' },
    frames: {
      type: "number",
      integer: true,
      min: 3,
      default: 150,
      help: "How many to take: the sharpest of each few, spread over the video",
    },
    ffmpeg_executable: {
      type: "string",
      value: "FILE",
      default: "ffmpeg",
      help: "ffmpeg's name or path",
    },
    "skip-blurred": {
      type: "boolean",
      help: "Leave out photos that are blurred beside the others",
    },
    json: JSON_OPTION,
  },
  run: async (values, terminal) => {
    const steps = new ConvertProgress(terminal, values.colmap_executable);
    const events = convertScene({
      source: values.source_path,
      camera: values.camera,
      useGpu: !values.no_gpu,
      skipMatching: values.skip_matching,
      colmap: values.colmap_executable,
      gpuNames: values.colmapGpuNames,
      resize: values.resize,
      skipBlurred: values.skipBlurred,
      video: values.video === undefined
        ? undefined
        : { video: values.video, frames: values.frames, ffmpeg: values.ffmpeg_executable },
    }, (line) => steps.line(line));
    try {
      for await (const event of events) {
        if (values.json) terminal.printJson(event);
        steps.draw(event);
      }
    } catch (error) {
      // The exit code is the program's own, as in the reference.
      if (!(error instanceof ColmapError)) throw error;
      for (const line of describeFailure(error).lines) terminal.complain(line);
      return error.code;
    } finally {
      steps.end();
    }
    if (!values.json) terminal.print(values.source_path);
    return 0;
  },
});

/** `splat convert`, with the reference's flags. */
export const splatConvert: Command = {
  ...command,
  run: (words, terminal) =>
    command.run(referenceWords(words, command.options, { s: "source_path" }), terminal),
};
