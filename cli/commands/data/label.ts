import {
  assertConverted,
  assertLabelled,
  assertOwnLabelled,
  labelFromOcc3d,
  labelKeyFrames,
  labelOwnFrames,
  type OwnLabelReport,
  reportOfShares,
  TABLES_VERSIONS,
} from "../../../mod.ts";
import { taskOfFolder } from "../../../data/mod.ts";
import { gatherValues, type Ranks } from "../../../model/mod.ts";
import { GPUS_OPTION, withRanks } from "../../ranks/with_ranks.ts";
import { defineCommand } from "../../command_line/command.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { JSON_OPTION } from "../../command_line/options.ts";

/** `data label`: weak labels for those who have no download of SurroundOcc's, and for one's own data. */
export const dataLabel = defineCommand({
  summary: "Make weak labels from lidar: of nuScenes, or of a folder with task.json",
  needs: ["read", "write", "env", "sys", "run", "ffi"],
  examples: ["--data data --out data/weak", "--data own --out own"],
  options: {
    data: {
      type: "string",
      value: "DIR",
      required: true,
      help: "Folder with nuscenes/ and, if there is an index, nuscenes_cam/; or with task.json",
    },
    out: {
      type: "string",
      value: "DIR",
      required: true,
      help: "Gets samples/*.npy, or of your own data labels/*.npz, and a note that they are weak",
    },
    infos: { type: "string", value: "FILE", help: "Another index of key frames" },
    boxes: { type: "string", value: "FILE", help: "mmdet3d infos with boxes, instead of tables" },
    version: {
      type: "string",
      choices: TABLES_VERSIONS,
      help: "Which of nuScenes' tables; not needed where there is one folder of them",
    },
    neighbours: {
      type: "number",
      integer: true,
      min: 0,
      max: 20,
      default: 4,
      help: "Key frames before and after whose sweeps are taken along",
    },
    "from-occ3d": {
      type: "string",
      value: "DIR",
      help: "Resample Occ3D's labels (.../TOKEN/labels.npz below DIR) instead of making weak ones",
    },
    "skip-bad": { type: "boolean", help: "Skip and count key frames with a broken sweep" },
    gpus: {
      ...GPUS_OPTION,
      help: "Share the key frames among so many processes under mpirun; none needs a GPU",
    },
    json: JSON_OPTION,
  },
  run: (values, terminal) =>
    withRanks(values, { terminal, folder: values.out }, async (ranks, terminal) => {
      const { data, json, fromOcc3d, gpus: _, ...options } = values;
      const share = { rank: ranks.rank, ranks: ranks.size };
      const { progress } = terminal;
      let started = false;
      const onProgress = (done: number, total: number) => {
        if (!started) {
          progress.draw({ type: "started", label: "labelling", total, unit: "key frame" });
        }
        started = true;
        progress.draw({ type: "step", done });
      };
      if (fromOcc3d !== undefined) {
        const { out, infos, skipBad } = options;
        const report = await ofAll(
          ranks,
          await labelFromOcc3d({
            ...{ dataDir: data, occ3d: fromOcc3d, out, infos, skipBad, onProgress, share },
          }),
        );
        assertConverted(fromOcc3d, report);
        progress.draw({ type: "finished" });
        if (json) return terminal.printJson({ out, weak: true, ...report });
        terminal.print(
          `${out}: Occ3D labels of ${report.labelled} of ${report.keyFrames} key frames, ` +
            "resampled onto the lidar's grid",
        );
        if (report.bad > 0) {
          terminal.complain(`warning: ${report.bad} key frames were skipped; ${report.firstBad}`);
        }
        return;
      }
      if (taskOfFolder(data, "own")?.dataset === "own") {
        const report = await ofAll(
          ranks,
          labelOwnFrames({ ...options, dataDir: data, onProgress, share }),
        );
        assertOwnLabelled(data, report);
        progress.draw({ type: "finished" });
        return tellOwn(options.out, report, { json, terminal });
      }
      const report = await ofAll(
        ranks,
        labelKeyFrames({ ...options, dataDir: data, onProgress, share }),
      );
      assertLabelled(data, report);
      progress.draw({ type: "finished" });
      if (json) return terminal.printJson({ out: options.out, weak: true, ...report });
      const from = [
        ...(report.boxes === null ? [] : [`boxes of ${report.boxes}`]),
        ...(report.lidarseg ? ["lidarseg"] : []),
      ];
      terminal.print(
        `${options.out}: weak labels of ${report.labelled} of ${report.keyFrames} key frames, ` +
          `${Math.round(report.voxels / report.labelled)} voxels each, from ${from.join(" and ")}`,
      );
      if (report.withoutAnnotations > 0) {
        terminal.complain(
          `warning: ${report.withoutAnnotations} key frames have neither boxes nor lidarseg`,
        );
      }
      if (report.bad > 0) {
        terminal.complain(`warning: ${report.bad} key frames were skipped; ${report.firstBad}`);
      }
    }),
});

function tellOwn(
  out: string,
  report: OwnLabelReport,
  { json, terminal }: { readonly json: boolean; readonly terminal: Terminal },
): void {
  if (json) return terminal.printJson({ out, weak: true, ...report });
  const { labelled, keyFrames, voxels, free, withoutAnnotations, bad, firstBad } = report;
  const each = (count: number) => Math.round(count / labelled);
  terminal.print(
    `${out}: weak labels of ${labelled} of ${keyFrames} key frames, ${
      each(voxels)
    } voxels each and ${each(free)} that light passes`,
  );
  if (withoutAnnotations > 0) {
    terminal.complain(`warning: nothing tells classes in ${withoutAnnotations} key frames`);
  }
  if (bad > 0) terminal.complain(`warning: ${bad} key frames were skipped; ${firstBad}`);
}

async function ofAll<T extends object>(ranks: Ranks, report: T): Promise<T> {
  return reportOfShares(await gatherValues(ranks, report));
}
