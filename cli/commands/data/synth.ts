import { writeSyntheticDataset } from "../../../mod.ts";
import { defineCommand } from "../../command_line/command.ts";
import { JSON_OPTION, MOST_SEED } from "../../command_line/options.ts";
import { counted } from "../../terminal/table.ts";
import { UsageError } from "../../command_line/usage_error.ts";

/** `data synth`: street scenes in nuScenes' layout. */
export const dataSynth = defineCommand({
  summary: "Make street scenes in the layout of a known set: pictures, index, exact labels",
  needs: ["read", "write", "env"],
  examples: ["--out data --scenes 8 --frames 4"],
  options: {
    out: { type: "string", value: "DIR", required: true, help: "Where the set goes" },
    seed: {
      type: "number",
      integer: true,
      min: 0,
      max: MOST_SEED,
      default: 1,
      help: "Of every scene",
    },
    scenes: { type: "number", integer: true, min: 1, default: 8, help: "Streets in all" },
    frames: { type: "number", integer: true, min: 1, default: 4, help: "Key frames per street" },
    "val-scenes": {
      type: "number",
      integer: true,
      min: 0,
      help: "How many of them are for validation; a quarter unless given",
    },
    layout: {
      type: "string",
      choices: ["nuscenes", "occ3d", "openocc", "kitti360", "own"],
      default: "nuscenes",
      help:
        "Whose: nuScenes' with SurroundOcc's labels, with Occ3D's in the frame of the car and its masks, " +
        "with OpenOcc's there; SSCBench's of KITTI-360; or a folder of one's own with task.json: one " +
        "camera, seven classes",
    },
    "test-scenes": {
      type: "number",
      integer: true,
      min: 0,
      default: 0,
      help: "How many more of them are for testing",
    },
    size: {
      type: "string",
      value: "WxH",
      help: "Pixels of a picture; 1600x900 unless given, 1408x376 of KITTI-360",
    },
    json: JSON_OPTION,
  },
  run: async (values, terminal) => {
    const { out, seed, scenes, frames, valScenes, testScenes, layout, json } = values;
    if ((valScenes ?? 0) + testScenes > scenes) {
      const word = valScenes === undefined ? "--test-scenes" : "--val-scenes";
      throw new UsageError(
        `Cannot read "${word} ${valScenes ?? testScenes}": there are ${scenes} scenes in all`,
      );
    }
    const asked = values.size === undefined ? {} : { imageSize: readSize(values.size) };
    const { progress } = terminal;
    progress.draw({
      type: "started",
      label: "making scenes",
      total: scenes * frames,
      unit: "key frame",
    });
    const { imageSize } = await writeSyntheticDataset(out, {
      seed,
      scenes,
      framesPerScene: frames,
      testScenes,
      ...asked,
      layout,
      tables: true,
      ...(valScenes === undefined ? {} : { valScenes }),
      onProgress: (done) => progress.draw({ type: "step", done }),
    });
    progress.draw({ type: "finished" });
    const size = imageSize.join("x");
    if (scenes === 1 && valScenes !== 0) {
      terminal.note(
        "the only scene is for validation, training needs --scenes 2 or --val-scenes 0",
      );
    }
    if (json) {
      return terminal.printJson({ out, seed, scenes, keyFrames: scenes * frames, size, layout });
    }
    terminal.print(
      `${out}: ${counted(scenes * frames, "key frame")} of ${
        counted(scenes, "scene")
      }, pictures ${size}`,
    );
  },
});

const SMALLEST = 16, LARGEST = 8192;

function readSize(text: string): [number, number] {
  const [width, height] = text.match(/^(\d+)x(\d+)$/)?.slice(1).map(Number) ?? [];
  const fits = (pixels: number | undefined) =>
    pixels !== undefined && pixels >= SMALLEST && pixels <= LARGEST;
  if (!fits(width) || !fits(height)) {
    throw new UsageError(
      `Cannot read "--size ${text}": it must be WIDTHxHEIGHT, each ${SMALLEST} to ${LARGEST} pixels`,
    );
  }
  return [width!, height!];
}
