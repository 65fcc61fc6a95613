import { writeSyntheticDataset } from "../../../mod.ts";
import { defineCommand } from "../../command_line/command.ts";
import { JSON_OPTION, MOST_SEED } from "../../command_line/options.ts";
import { counted } from "../../terminal/table.ts";
import { UsageError } from "../../command_line/usage_error.ts";

/** `data synth`: street scenes in nuScenes' layout. */
export const dataSynth = defineCommand({
  summary: "Make street scenes in nuScenes' layout: pictures, lidar, index, exact labels",
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
      choices: ["nuscenes", "occ3d", "openocc", "own"],
      default: "nuscenes",
      help:
        "Whose labels: SurroundOcc's, Occ3D's in the frame of the car with its masks, OpenOcc's there, " +
        "or a folder of one's own with task.json: one camera, seven classes",
    },
    size: { type: "string", value: "WxH", default: "1600x900", help: "Pixels of a picture" },
    json: JSON_OPTION,
  },
  run: async ({ out, seed, scenes, frames, valScenes, layout, size, json }, terminal) => {
    if (valScenes !== undefined && valScenes > scenes) {
      throw new UsageError(
        `Cannot read "--val-scenes ${valScenes}": there are ${scenes} scenes in all`,
      );
    }
    const imageSize = readSize(size);
    const { progress } = terminal;
    progress.draw({
      type: "started",
      label: "making scenes",
      total: scenes * frames,
      unit: "key frame",
    });
    await writeSyntheticDataset(out, {
      seed,
      scenes,
      framesPerScene: frames,
      imageSize,
      layout,
      ...(valScenes === undefined ? {} : { valScenes }),
      onProgress: (done) => progress.draw({ type: "step", done }),
    });
    progress.draw({ type: "finished" });
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
