import { projectKeyFrame } from "../../../mod.ts";
import { defineCommand } from "../../command.ts";
import { JSON_OPTION } from "../../options.ts";
import { formatTable } from "../../table.ts";

/** `data project`: lidar on the pictures, to check calibration and poses by eye. */
export const dataProject = defineCommand({
  summary: "Draw a key frame's lidar points on its six pictures, coloured by depth",
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
      help: "Pixels of one of the six pictures",
    },
    out: { type: "string", value: "FILE.png", required: true, help: "The picture to write" },
    json: JSON_OPTION,
  },
  run: async ({ data, json, ...options }, terminal) => {
    const { progress } = terminal;
    progress.draw({ type: "started", label: "drawing", total: 6, unit: "picture" });
    const report = await projectKeyFrame({
      dataDir: data,
      ...options,
      onPicture: (done) => progress.draw({ type: "step", done }),
    });
    progress.draw({ type: "finished" });
    if (json) return terminal.printJson({ out: options.out, ...report });
    terminal.print(formatTable(
      ["camera", "points inside", "nearest m", "farthest m"],
      report.cameras.map(({ name, inside, nearest, farthest }) => [
        name,
        inside,
        inside === 0 ? null : nearest,
        inside === 0 ? null : farthest,
      ]),
    ));
    terminal.print(
      `${options.out}: key frame ${report.token} (${options.frame} of ${report.keyFrames}), ` +
        `${report.points} points`,
    );
  },
});
