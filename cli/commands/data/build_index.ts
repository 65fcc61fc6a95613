import { indexNuscenes, TABLES_VERSIONS } from "../../../mod.ts";
import { defineCommand } from "../../command_line/command.ts";
import { JSON_OPTION } from "../../command_line/options.ts";
import { checkOutput, OVERWRITE_OPTION } from "../../output_file.ts";
import { counted } from "../../terminal/table.ts";

const MEGABYTE = 1e6;

/** `data index`: nuScenes' own tables to the infos that training reads. */
export const dataIndex = defineCommand({
  summary: "Index nuScenes' own JSON tables into infos that training reads",
  needs: ["read", "write", "env"],
  examples: [
    "--nuscenes data/nuscenes --split train --out data/nuscenes_cam/nuscenes_infos_train_sweeps_occ.pkl",
  ],
  options: {
    nuscenes: {
      type: "string",
      value: "DIR",
      required: true,
      help: "nuScenes' folder: samples/ and v1.0-mini/ or another folder of tables",
    },
    out: {
      type: "string",
      value: "FILE",
      required: true,
      help: "The index to write, .pkl or .json",
    },
    version: {
      type: "string",
      choices: TABLES_VERSIONS,
      help: "Which tables; not needed where there is one folder of them",
    },
    split: {
      type: "string",
      choices: ["train", "val"],
      help: "Keep a part of the official split; all scenes without it",
    },
    labels: { type: "string", value: "DIR", help: "SurroundOcc's folder, to fill in occ_path" },
    "skip-missing": {
      type: "boolean",
      help: "Leave out key frames of which a picture or the lidar sweep is missing",
    },
    overwrite: OVERWRITE_OPTION,
    json: JSON_OPTION,
  },
  run: ({ json, overwrite, ...options }, terminal) => {
    checkOutput(options.out, { endings: [".pkl", ".json"], overwrite });
    const { progress } = terminal;
    let drawn: string | undefined;
    const report = indexNuscenes({
      ...options,
      onProgress: (phase, done, total) => {
        const scale = phase === "tables" ? MEGABYTE : 1;
        if (phase !== drawn) {
          if (drawn !== undefined) progress.draw({ type: "finished" });
          drawn = phase;
          progress.draw({
            type: "started",
            label: phase === "tables" ? "reading tables" : "looking for files",
            total: Math.ceil(total / scale),
            unit: phase === "tables" ? "MB" : "key frame",
          });
        }
        progress.draw({ type: "step", done: Math.ceil(done / scale) });
      },
    });
    progress.draw({ type: "finished" });
    const { version, scenes, keyFrames, missing, skipped, labelled } = report;
    if (json) return terminal.printJson({ out: options.out, ...report });
    terminal.print(
      `${options.out}: ${counted(keyFrames, "key frame")} of ${
        counted(scenes, "scene")
      } from ${version}` +
        (labelled === null ? "" : `, ${labelled} with labels`),
    );
    if (missing.first !== null) {
      terminal.complain(
        `warning: ${missing.pictures} pictures and ${missing.sweeps} lidar sweeps are missing, ` +
          `"${missing.first}" first; ` +
          (skipped > 0
            ? `${skipped} key frames were left out`
            : "--skip-missing leaves their key frames out"),
      );
    }
  },
});
