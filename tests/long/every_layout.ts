import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { dataIndex } from "../../cli/commands/data/build_index.ts";
import { dataCheck } from "../../cli/commands/data/check.ts";
import { dataLabel } from "../../cli/commands/data/label.ts";
import { dataSynth } from "../../cli/commands/data/synth.ts";
import { evaluate } from "../../cli/commands/eval.ts";
import { train } from "../../cli/commands/train.ts";
import { visualize } from "../../cli/commands/visualize.ts";
import type { Command } from "../../cli/command_line/command.ts";
import { evaluateBaseline, openView } from "../../mod.ts";
import { onTask, presets } from "../../model/mod.ts";
import { readTask } from "../../data/mod.ts";
import { keepingTerminal } from "../cli/keeping_terminal.ts";

/** Runs a command, which must end well, and returns what it printed. */
async function run(command: Command, ...words: string[]): Promise<string[]> {
  const terminal = keepingTerminal();
  const code = await command.run(words, terminal);
  assertEquals(code ?? 0, 0, [...terminal.out, ...terminal.err].join("\n"));
  return terminal.out;
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const LAYOUTS: readonly {
  readonly layout: string;
  readonly preset: string;
  readonly size: string;
  /** How an index is made of the set's own files, and where it goes. */
  readonly index?: (folder: string, split: string) => string[];
  /** Classes in the legend of what `view` shows. */
  readonly classes: number;
}[] = [
  {
    ...{ layout: "nuscenes", preset: "demo", size: "192x108", classes: 16 },
    index: (folder, split) => [
      ...["--nuscenes", join(folder, "nuscenes"), "--split", split, "--overwrite", "--out"],
      join(folder, "nuscenes_cam", `nuscenes_infos_${split}_sweeps_occ.pkl`),
    ],
  },
  { layout: "occ3d", preset: "occ3d/demo", size: "192x108", classes: 17 },
  { layout: "openocc", preset: "openocc/demo", size: "192x108", classes: 16 },
  {
    ...{ layout: "kitti360", preset: "kitti360/demo", size: "352x94", classes: 18 },
    index: (folder, split) => [
      ...["--kitti360", folder, "--split", split, "--out", join(folder, `${split}.jsonl`)],
    ],
  },
  { layout: "own", preset: "demo", size: "192x108", classes: 6 },
];

for (const { layout, preset, size, index, classes } of LAYOUTS) {
  Deno.test(`a set of layout ${layout} is indexed, checked, trained on, measured, drawn, shown`, () =>
    inFolder(async (folder) => {
      const set = join(folder, "set"), work = join(folder, "run"), out = join(folder, "pictures");
      await run(
        dataSynth,
        "--out",
        set,
        "--layout",
        layout,
        "--scenes=2",
        "--frames=2",
        "--size",
        size,
      );
      for (const split of index ? ["train", "val"] : []) {
        await run(dataIndex, ...index!(set, split));
      }
      const checked = await run(dataCheck, set, "--out", join(folder, "check"));
      assert(checked.includes("no fault was found"), checked.join("\n"));
      await run(train, "--preset", preset, "--data", set, "--work-dir", work, "--steps=20");
      const [text] = await run(evaluate, "--data", set, "--resume-from", work, "--json");
      const { samples, iou, classes: figures } = JSON.parse(text!);
      assertEquals([samples, figures.length], [2, classes]);
      assert(iou > 0, `IoU ${iou}`);
      await run(visualize, "--data", set, "--resume-from", work, "--out", out, "--height=180");
      const viewed = await openView(out);
      const state = viewed.state();
      assertEquals(state.items.length, 1);
      const named = new Set(state.classes.map(({ name }) => name));
      for (const { name } of figures) assert(named.has(name), `${name} is in the legend`);
    }));
}

Deno.test("one camera, seven classes, 64x64x8 voxels: training beats the baseline of most frequent classes", () =>
  inFolder(async (folder) => {
    const set = join(folder, "set"), work = join(folder, "run");
    await run(
      dataSynth,
      ...["--out", set, "--layout=own", "--seed=11", "--scenes=32", "--frames=2"],
      ...["--val-scenes=8", "--size=192x108"],
    );
    const baseline = await evaluateBaseline(set, onTask(presets.demo, readTask(set)));
    await run(train, "--data", set, "--work-dir", work, "--steps=400");
    const [text] = await run(evaluate, "--data", set, "--resume-from", work, "--json");
    const { miou, referenceMiou } = JSON.parse(text!);
    console.log(
      `own set: mIoU ${miou}, the baseline's ${baseline.miou}; ` +
        `reference mIoU ${referenceMiou}, the baseline's ${baseline.referenceMiou}`,
    );
    assert(miou > baseline.miou! && referenceMiou > baseline.referenceMiou);
  }));

Deno.test("labels made from lidar alone are trained on and measured against the exact ones", () =>
  inFolder(async (folder) => {
    const set = join(folder, "set"), weak = join(folder, "weak"), work = join(folder, "run");
    await run(
      dataSynth,
      ...["--out", set, "--layout=own", "--seed=12", "--scenes=12", "--frames=3", "--size=192x108"],
    );
    await run(dataLabel, "--data", set, "--out", weak);
    // The same rows without their labels: those made from lidar are found by the token.
    for (const split of ["train", "val"]) {
      const rows = (await Deno.readTextFile(join(set, `${split}.jsonl`))).trim().split("\n")
        .map((line) => {
          const { labels: _, ...row } = JSON.parse(line);
          const cameras = row.cameras.map((camera: { picture: string }) => ({
            ...camera,
            picture: join(set, camera.picture),
          }));
          return JSON.stringify({ ...row, cameras });
        });
      await Deno.writeTextFile(join(weak, `${split}.jsonl`), rows.join("\n"));
    }
    await Deno.copyFile(join(set, "task.json"), join(weak, "task.json"));
    await run(train, "--data", weak, "--work-dir", work, "--steps=150");
    const [text] = await run(evaluate, "--data", set, "--resume-from", work, "--json");
    const { iou, miou } = JSON.parse(text!);
    console.log(`trained on weak labels: IoU ${iou}, mIoU ${miou} of the exact ones`);
    assert(iou > 40, `IoU ${iou}`);
  }));
