import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { configOf } from "../../cli/presets.ts";
import { occ3d } from "../../data/occ3d/task.ts";
import { openOcc } from "../../data/openocc/task.ts";
import type { TrainedWeights } from "../../model/mod.ts";
import { onTask, presets } from "../../model/mod.ts";

const dir = Deno.makeTempDirSync();
addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));

/** A folder of data with these folders in it. */
function folder(...inside: string[]): string {
  const data = Deno.makeTempDirSync({ dir });
  for (const name of inside) Deno.mkdirSync(join(data, name), { recursive: true });
  return data;
}

const INDEX = "nuscenes_cam";
const noted = (data: string, preset?: keyof typeof presets) => {
  const lines: string[] = [];
  const { config } = configOf({ data, preset, set: [] }, undefined, (line) => lines.push(line));
  return { dataset: config.task.dataset, lines: lines.length };
};

Deno.test("a preset is put onto the labels of the folder, unless its own are there", () => {
  const cases: [string[], keyof typeof presets | undefined, string, number][] = [
    [[INDEX, "surroundocc"], undefined, "nuscenes", 0],
    [[INDEX, "gts"], undefined, "occ3d", 0],
    [[INDEX, "openocc_v2"], "demo", "openocc", 1],
    [[INDEX, "surroundocc", "gts"], "occ3d/demo", "occ3d", 0],
    [[INDEX, "surroundocc", "nuscenes/gts"], "occ3d/demo", "occ3d", 0],
    [[INDEX, "surroundocc", "nuscenes/openocc_v2"], "openocc/demo", "openocc", 0],
    [["data_2d_raw"], "demo", "kitti360", 1],
    [["data_2d_raw"], "kitti360/demo", "kitti360", 0],
    // Nothing is known of a folder with pictures and an index alone.
    [[INDEX, "nuscenes/samples"], "occ3d/demo", "occ3d", 0],
  ];
  for (const [inside, preset, dataset, lines] of cases) {
    assertEquals(noted(folder(...inside), preset), { dataset, lines }, inside.join());
  }
  const data = folder("data_2d_raw");
  assertEquals(configOf({ data, set: [] }).config.occupancy.range, [0, -25.6, -2, 51.2, 25.6, 4.4]);
});

Deno.test("a checkpoint is used on labels it learned, on pictures with others, or on labels that map", () => {
  const learned = (task: typeof occ3d): TrainedWeights => ({
    ...{ file: "run", remarks: [], weights: new Map() },
    state: { preset: "demo", config: onTask(presets.demo, task) },
  } as unknown as TrainedWeights);
  const use = (task: typeof occ3d, names?: [string, string][], ...inside: string[]) =>
    configOf(
      { data: folder(...inside), set: [] },
      learned(task),
      undefined,
      names && new Map(names),
    );
  // Predicting reads no labels; a run goes on where its own are beside others.
  assertEquals(use(occ3d, undefined, INDEX, "surroundocc").config.task.dataset, "occ3d");
  assertEquals(use(occ3d, [], INDEX, "surroundocc", "gts").mapped, null);
  const { mapped, config } = use(occ3d, [], INDEX, "openocc_v2");
  assertEquals([mapped?.task.dataset, config.task.dataset], ["openocc", "occ3d"]);
  assertThrows(() => use(occ3d, [["car", "bus"]], INDEX, "gts"), Error, `Cannot map "car"`);
  assertThrows(() => use(openOcc, [], INDEX, "gts"), RangeError, "others is none of its classes");
  assertEquals(use(openOcc, [["others", "ignored"]], INDEX, "gts").mapped?.labels[0], null);
  assertThrows(() => use(occ3d, undefined, "data_2d_raw"), Error, `whose classes are`);
  assertThrows(() => use(occ3d, [], "data_2d_raw"), RangeError, "its grid are");
});
