import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { dataLabel } from "../../../cli/commands/data/label.ts";
import { datasetOf } from "../../../data/datasets.ts";
import { rootsIn } from "../../../data/occupancy/sample.ts";
import { readIndex } from "../../../data/own/index_file.ts";
import { labelOwnFrames } from "../../../data/own/label_own.ts";
import { readOwnLabels } from "../../../data/own/labels.ts";
import { readTask } from "../../../data/own/task_file.ts";
import { writeSyntheticDataset } from "../../../data/synth/dataset.ts";
import { keepingTerminal } from "../../cli/keeping_terminal.ts";

const dir = await Deno.makeTempDir();
addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));
const set = join(dir, "set");
await writeSyntheticDataset(set, {
  ...{ seed: 3, scenes: 1, framesPerScene: 3, valScenes: 0, layout: "own" },
  imageSize: [32, 18],
});
const task = readTask(set);
const frames = readIndex(set, "train");

/** Intersection over union of what is known, of what is occupied and of a class. */
function compare(folder: string, label: number) {
  let [both, either, hits, any, known] = [0, 0, 0, 0, 0];
  for (const { token, labels } of frames) {
    const truth = readOwnLabels(set, labels!, task);
    const weak = readOwnLabels(folder, join("labels", `${token}.npz`), task);
    truth.labels.forEach((is, i) => {
      if (!weak.mask[i] || !truth.mask[i]) return;
      const said = weak.labels[i]!;
      known++;
      both += Number(is !== 0 && said !== 0);
      either += Number(is !== 0 || said !== 0);
      hits += Number(is === label && said === label);
      any += Number(is === label || said === label);
    });
  }
  return { occupied: both / either, ofClass: hits / any, known: known / (3 * 64 * 64 * 8) };
}

Deno.test("labels from lidar are where things are: light passes the rest, or nothing is known of it", async () => {
  const out = join(dir, "weak");
  const terminal = keepingTerminal();
  assertEquals(await dataLabel.run(["--data", set, "--out", out], terminal), 0);
  assert(/weak labels of 3 of 3 key frames/.test(terminal.out[0]!), terminal.out[0]);
  const { occupied, ofClass, known } = compare(out, 1);
  assert(occupied > 0.8, `IoU of what is occupied ${occupied}`);
  assert(ofClass > 0.6, `IoU of vehicles ${ofClass}`);
  assert(known > 0.3 && known < 0.7, `${known} of the voxels are known`);
  // A row without "labels" finds them by its token.
  const roots = { ...rootsIn(set), labels: out };
  const { labels: _, ...unlabelled } = frames[0]!;
  const { labels } = await datasetOf(task).readLabels(unlabelled, roots, task);
  assert(labels.includes(1) && labels.includes(3));
});

Deno.test("real labels are not written over; without lidar, or what tells its classes, nothing is made", async () => {
  assertThrows(
    () => labelOwnFrames({ dataDir: set }),
    Error,
    "it holds labels that are not weak ones",
  );
  const bare = join(dir, "bare");
  await Deno.mkdir(bare);
  const json = JSON.parse(Deno.readTextFileSync(join(set, "task.json")));
  const rows = Deno.readTextFileSync(join(set, "train.jsonl")).trim().split("\n")
    .map((line) => JSON.parse(line));
  const write = (change: (json: Record<string, unknown>, row: Record<string, unknown>) => void) => {
    const [task, changed] = [structuredClone(json), structuredClone(rows)];
    for (const row of changed) change(task, row);
    Deno.writeTextFileSync(join(bare, "task.json"), JSON.stringify(task));
    Deno.writeTextFileSync(
      join(bare, "train.jsonl"),
      changed.map((row) => JSON.stringify(row)).join("\n"),
    );
    return () => labelOwnFrames({ dataDir: bare, out: join(dir, "none") });
  };
  const cases: [Parameters<typeof write>[0], string][] = [
    [(_, row) => delete row.lidar, "of 3 key frames 3 name no lidar"],
    [(task, row) => [delete task.from_lidar, delete row.boxes], "of 3 key frames 3 name no lidar"],
    [(task) => task.from_lidar = { ground: "road" }, 'only one of "ground" and "high"'],
    [
      (task) => task.from_lidar = { ground: "lava", high: "building" },
      'is "lava", classes are free,',
    ],
    [(_, row) => (row.boxes as Record<string, unknown>[])[0]!.class = "tank", 'is "tank"'],
    [
      (_, row) => (row.lidar as Record<string, unknown>).points = "x.bin",
      'x.bin": there is no such',
    ],
  ];
  for (const [change, message] of cases) assertThrows(write(change), Error, message);
});
