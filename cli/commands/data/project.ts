import { defineCommand } from "../../command_line/command.ts";
import { SPLITS } from "../../../data/mod.ts";
import { JSON_OPTION } from "../../command_line/options.ts";
import { drawProjection } from "./draw_projection.ts";

/** `data project`: lidar or labels on the pictures, to check calibration and poses by eye. */
export const dataProject = defineCommand({
  summary: "Draw a key frame's lidar points or labelled voxels on its pictures",
  needs: ["read", "write", "env"],
  examples: ["--data data --out frame.png --frame 3", "--data kitti --labels --out frame.png"],
  options: {
    data: {
      type: "string",
      value: "DIR",
      required: true,
      help: "Folder of data, laid out as any set that training reads",
    },
    infos: {
      type: "string",
      value: "FILE",
      help: "Another index than the split's in nuscenes_cam/",
    },
    split: { type: "string", choices: SPLITS, default: "val", help: "Which key frames" },
    frame: {
      type: "number",
      integer: true,
      min: 0,
      default: 0,
      help: "Which of them, from 0",
    },
    labels: {
      type: "boolean",
      help: "Labelled voxels in the colours of their classes, also where there is lidar",
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
  run: ({ labels, ...options }, terminal) =>
    drawProjection({ ...options, ...(labels ? { what: "labels" } : {}) }, terminal),
});
