import { defineCommand } from "../../command_line/command.ts";
import { JSON_OPTION } from "../../command_line/options.ts";
import { drawProjection } from "./draw_projection.ts";

/** `data project`: lidar on the pictures, to check calibration and poses by eye. */
export const dataProject = defineCommand({
  summary: "Draw a key frame's lidar points on its pictures, coloured by depth",
  needs: ["read", "write", "env"],
  examples: ["--data data --out frame.png --frame 3"],
  options: {
    data: {
      type: "string",
      value: "DIR",
      required: true,
      help: "Folder with nuscenes/ and nuscenes_cam/",
    },
    infos: {
      type: "string",
      value: "FILE",
      help: "Another index than the split's in nuscenes_cam/",
    },
    split: { type: "string", choices: ["train", "val"], default: "val", help: "Which key frames" },
    frame: {
      type: "number",
      integer: true,
      min: 0,
      default: 0,
      help: "Which of them, from 0",
    },
    width: {
      type: "number",
      integer: true,
      min: 16,
      max: 4096,
      default: 800,
      help: "Pixels of one of the pictures",
    },
    out: { type: "string", value: "FILE.png", required: true, help: "The picture to write" },
    json: JSON_OPTION,
  },
  run: (options, terminal) => drawProjection(options, terminal),
});
