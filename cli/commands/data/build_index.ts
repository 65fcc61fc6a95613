import { indexKitti360, indexNuscenes, TABLES_VERSIONS } from "../../../mod.ts";
import { defineCommand } from "../../command_line/command.ts";
import { JSON_OPTION } from "../../command_line/options.ts";
import { checkOutput, OVERWRITE_OPTION } from "../../output_file.ts";
import { SPLITS } from "../../../data/mod.ts";
import { UsageError } from "../../command_line/usage_error.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { counted } from "../../terminal/table.ts";

const MEGABYTE = 1e6;

/** `data index`: nuScenes' own tables to the infos that training reads; SSCBench's drives to JSON lines. */
export const dataIndex = defineCommand({
  summary: "Index nuScenes' own JSON tables, or SSCBench-KITTI-360, for training",
  needs: ["read", "write", "env"],
  examples: [
    "--nuscenes data/nuscenes --split train --out data/nuscenes_cam/nuscenes_infos_train_sweeps_occ.pkl",
    "--kitti360 kitti --split train --out kitti/train.jsonl",
  ],
  options: {
    nuscenes: {
      type: "string",
      value: "DIR",
      help: "nuScenes' folder: samples/ and v1.0-mini/ or another folder of tables",
    },
    kitti360: {
      type: "string",
      value: "DIR",
      help: "SSCBench's folder instead: data_2d_raw/ and preprocess/",
    },
    out: {
      type: "string",
      value: "FILE",
      required: true,
      help: "The index to write, .pkl or .json; .jsonl of KITTI-360",
    },
    version: {
      type: "string",
      choices: TABLES_VERSIONS,
      help: "Which tables; not needed where there is one folder of them",
    },
    split: {
      type: "string",
      choices: SPLITS,
      help: "Keep a part of the official split; all scenes of nuScenes without it",
    },
    labels: { type: "string", value: "DIR", help: "SurroundOcc's folder, to fill in occ_path" },
    "skip-missing": {
      type: "boolean",
      help: "Leave out key frames of which a picture or the lidar sweep is missing",
    },
    overwrite: OVERWRITE_OPTION,
    json: JSON_OPTION,
  },
  run: ({ json, overwrite, kitti360, nuscenes, split, ...rest }, terminal) => {
    if ((kitti360 === undefined) === (nuscenes === undefined)) {
      throw new UsageError(
        'Cannot run without data: "--nuscenes" or "--kitti360" must name a folder, one of them',
      );
    }
    const foreign = (["version", "labels"] as const).find((name) => rest[name] !== undefined);
    if (kitti360 !== undefined && foreign) {
      throw new UsageError(
        `Cannot use "--${foreign}" with "--kitti360": it is for nuScenes' tables`,
      );
    }
    const endings = kitti360 === undefined ? [".pkl", ".json"] : [".jsonl"];
    checkOutput(rest.out, { endings, overwrite });
    if (kitti360 !== undefined) {
      return runKitti360({ ...rest, root: kitti360, split: split ?? "train", json }, terminal);
    }
    if (split === "test") {
      throw new UsageError(
        'Cannot index the split "test" of nuScenes: its tables v1.0-test are all of it',
      );
    }
    const options = { ...rest, nuscenes: nuscenes!, ...(split ? { split } : {}) };
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

function runKitti360(
  { json, ...options }: Parameters<typeof indexKitti360>[0] & { readonly json: boolean },
  terminal: Terminal,
): void {
  const report = indexKitti360(options);
  if (json) return terminal.printJson({ out: options.out, ...report });
  const { keyFrames, scenes, labelled, missing, skipped } = report;
  terminal.print(
    `${options.out}: ${counted(keyFrames, "key frame")} of ${
      counted(scenes, "scene")
    } of SSCBench-KITTI-360 (${options.split}), ${labelled} with labels`,
  );
  if (missing.first !== null) {
    terminal.complain(
      `warning: ${missing.pictures} pictures are missing, "${missing.first}" first; ` +
        (skipped > 0
          ? `${skipped} key frames were left out`
          : "--skip-missing leaves their key frames out"),
    );
  }
}
