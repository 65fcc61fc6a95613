import { checkSet } from "../../../mod.ts";
import { faultText } from "../../../data/mod.ts";
import { defineCommand } from "../../command_line/command.ts";
import { JSON_OPTION } from "../../command_line/options.ts";
import { UsageError } from "../../command_line/usage_error.ts";
import { counted, formatTable } from "../../terminal/table.ts";

// So many faults are printed; --json and the page's report have all.
const SHOWN = 30;

/** `data check`: all that is wrong with a set at once, and pictures to believe it by. */
export const dataCheck = defineCommand({
  summary: "Verify a set of any layout: list all faults, draw labels, counts and cameras' sights",
  needs: ["read", "write", "env"],
  examples: ["data", "own --out own/check", "kitti --every 20 --json"],
  arguments: {
    dir: { help: "Folder of data, laid out as any set that training reads" },
  },
  options: {
    dataset: {
      type: "string",
      value: "NAME",
      help: "Which set it is: own, kitti360, nuscenes, occ3d, openocc; told by its files else",
    },
    every: {
      type: "number",
      integer: true,
      min: 1,
      default: 1,
      help: "Read pictures' headers and labels of each so many key frames",
    },
    out: {
      type: "string",
      value: "FOLDER",
      help: "Draw into this folder: labels on pictures, cameras' sights, a page with class counts",
    },
    drawn: {
      type: "number",
      integer: true,
      min: 1,
      max: 1000,
      help: "Key frames that are drawn, evenly chosen; 4 unless given",
    },
    json: JSON_OPTION,
  },
  run: async ({ dir, json, ...options }, terminal) => {
    if (options.drawn !== undefined && options.out === undefined) {
      throw new UsageError('Cannot use "--drawn" without "--out": nothing is drawn then');
    }
    const { progress } = terminal;
    let started = false;
    const report = await checkSet({
      ...options,
      dataDir: dir,
      onProgress: (done, total) => {
        const task = { label: "checking", total, unit: "key frame" } as const;
        if (!started) progress.draw({ type: "started", ...task });
        started = true;
        progress.draw({ type: "step", done });
      },
    });
    if (started) progress.draw({ type: "finished" });
    const { faults, task, splits, voxels, dataset, page } = report;
    if (json) {
      terminal.printJson(report);
      return faults.length ? 1 : 0;
    }
    terminal.print(`${dir}: ${task.name} (${dataset}), ${task.grid.dims.join("x")} voxels`);
    terminal.print(formatTable(
      ["split", "key frames", "sequences", "looked at", "with labels"],
      splits.map((one) => [one.split, one.keyFrames, one.sequences, one.checked, one.labelled]),
    ));
    terminal.print(formatTable(
      ["label", "class", "voxels"],
      voxels.map(({ label, name, count }) => [String(label), name, count]),
    ));
    for (const fault of faults.slice(0, SHOWN)) terminal.print(faultText(fault));
    if (faults.length > SHOWN) {
      terminal.print(`… and ${counted(faults.length - SHOWN, "more fault")}: --json has all`);
    }
    terminal.print(faults.length ? counted(faults.length, "fault") : "no fault was found");
    if (page !== null) terminal.print(`page: ${page}`);
    return faults.length ? 1 : 0;
  },
});
