import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { splatTrain } from "../../../cli/commands/splat/train.ts";
import { keepingTerminal } from "../../cli/keeping_terminal.ts";
import type { CurveRow } from "../../../model/splat/training/train_events.ts";
import type { Densified } from "../../../model/splat/strategies/strategy.ts";
import { SHARED } from "../../shared_files.ts";
import { hasRun, RUNS } from "../../golden/splat/splat_run.ts";

/** Metrics of the test views at an iteration, as `evaluations.jsonl` has them. */
export interface Evaluated {
  readonly iteration: number;
  readonly set: string;
  readonly psnr: number;
  readonly ssim: number;
}

/** What `splat train` left of a run. */
export interface CommandRun {
  readonly model: string;
  readonly rows: readonly CurveRow[];
  readonly tests: readonly Evaluated[];
  readonly densified: readonly Densified[];
}

const SCENES = join(SHARED, "data/scenes");

/** Whether a run of the reference and the pictures that it was trained on are there. */
export function canRepeat(run: string): boolean {
  const there = hasRun(run) && Deno.statSync(RUNS).isDirectory && isFolder(picturesOf(run));
  if (!there) console.log(`skipped: the trajectory "${run}" or its scene is not there`);
  return there;
}

/** Runs `splat train` with the flags of a run of the reference, and `more`, in a folder gone afterwards. */
export async function trainByCommand(
  run: string,
  more: readonly string[],
  use: (result: CommandRun) => Promise<void> | void,
): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    const scene = join(folder, "scene");
    const model = join(folder, "model");
    prepareScene(run, scene);
    const flags = JSON.parse(Deno.readTextFileSync(join(RUNS, run, "flags.json")));
    const given = flags.command_line_of_the_original.split("<model>")[1].trim().split(/\s+/);
    const words = ["-s", scene, "-m", model, ...given, "--log-every", "1", "--json", ...more];
    const terminal = keepingTerminal();
    assertEquals(await splatTrain.run(words, terminal), 0);
    const lines = (name: string) =>
      Deno.readTextFileSync(join(model, name)).trim().split("\n").map((line) => JSON.parse(line));
    await use({
      model,
      rows: lines("metrics.jsonl"),
      tests: lines("evaluations.jsonl").filter(({ set }) => set === "test"),
      densified: terminal.out.map((line) => JSON.parse(line))
        .filter(({ type }) => type === "densified"),
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Lays a scene out as the trajectories' description says, with links to its pictures. */
function prepareScene(run: string, scene: string): void {
  Deno.mkdirSync(scene);
  const link = (from: string, to: string) => Deno.symlinkSync(from, join(scene, to));
  const pictures = picturesOf(run);
  if (run.includes("chair")) {
    for (const set of ["train", "test"]) link(join(pictures, set), set);
    for (const name of ["transforms_train.json", "transforms_test.json", "points3d.ply"]) {
      link(join(RUNS, "chair_scene", name), name);
    }
    return;
  }
  link(join(pictures, "images"), "images");
  Deno.mkdirSync(join(scene, "sparse"));
  const sparse = join(pictures, "sparse");
  link(isFolder(join(sparse, "0")) ? join(sparse, "0") : sparse, "sparse/0");
}

function picturesOf(run: string): string {
  if (run.includes("chair")) return join(SCENES, "blender_chair");
  return join(SCENES, run.includes("test23") ? "colmap_test23/dense/0" : "lightfield9");
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
