import { join } from "@std/path";
import { readPicture } from "../../../data/pictures/read_picture.ts";
import type { RgbaPicture } from "../../../data/pictures/picture.ts";
import { readSplats } from "../../../data/splats/read_splats.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { SPLAT_DEFAULTS, type SplatConfig } from "../../../model/splat/config.ts";
import type { CurveRow } from "../../../model/splat/training/train_events.ts";
import type { Shot } from "../../../model/splat/scene/shot.ts";
import type { SplatEvent } from "../../../model/splat/training/train_events.ts";
import { trainSplat } from "../../../model/splat/training/training.ts";
import type { SplatKeeper } from "../../../model/splat/training/splat_training.ts";
import { SHARED } from "../../shared_files.ts";

/** Folder of the reference's trajectories. */
export const RUNS = join(SHARED, "golden/splat_training");

/** Whether a run is there. */
export function hasRun(run: string): boolean {
  try {
    return Deno.statSync(join(RUNS, run, "curve.json")).isFile;
  } catch {
    return false;
  }
}

/** Iterations, test metrics and densifications of the reference. */
export interface ReferenceCurve {
  readonly rows: readonly [number, number, number, number, number, number, number[]?][];
  readonly densify_events: readonly Record<string, number | boolean>[];
  readonly test: Readonly<Record<string, { mean: Record<string, Record<string, number>> }>>;
  readonly random_backgrounds: readonly [number, number, number][] | null;
  readonly final: {
    readonly gaussians: number;
    readonly checksums: Readonly<Record<string, { moved_abs_sum: number | null; abs_sum: number }>>;
  };
}

export function readCurve(run: string): ReferenceCurve {
  return JSON.parse(Deno.readTextFileSync(join(RUNS, run, "curve.json")));
}

interface UsedCamera {
  set: string;
  name: string;
  W: number;
  H: number;
  tan: [number, number];
  view: number[];
  full_proj: number[];
  campos: number[];
}

/** Shots of a run: its own matrices and the stored reduced pictures. */
export function runShots(run: string): { train: Shot[]; test: Shot[] } {
  const cameras: UsedCamera[] = JSON.parse(
    Deno.readTextFileSync(join(RUNS, run, "cameras_used.json")),
  );
  const shots = (set: string): Shot[] =>
    cameras.filter((camera) => camera.set === set).map((used) => {
      const file = used.name.startsWith("r_")
        ? join(RUNS, "resized/chair_r8", set, `${used.name}.png`)
        : join(RUNS, "resized/test23_r8/images", used.name.replace(/\.\w+$/, ".png"));
      let picture: Promise<RgbaPicture> | undefined;
      return {
        name: used.name,
        test: set === "test",
        camera: {
          width: used.W,
          height: used.H,
          tangents: used.tan,
          view: Float32Array.from(used.view),
          projection: Float32Array.from(used.full_proj),
          position: Float32Array.from(used.campos),
        },
        pixels: () => picture ??= readPicture(file),
      };
    });
  return { train: shots("train"), test: shots("test") };
}

/** What a run of ours gave. */
export interface OurRun {
  readonly rows: CurveRow[];
  readonly events: SplatEvent[];
}

/** Trains a run of the reference again, at most `limit` iterations of it. */
export async function repeatRun(
  gpu: Gpu,
  run: string,
  { limit = Infinity, config = {}, keeper, saveAt = [] }: {
    limit?: number;
    saveAt?: readonly number[];
    config?: Partial<SplatConfig>;
    keeper?: SplatKeeper;
  } = {},
): Promise<OurRun> {
  const flags = JSON.parse(Deno.readTextFileSync(join(RUNS, run, "flags.json")));
  const values = Object.fromEntries(
    Object.entries(flags.all_values).filter(([name]) => name in SPLAT_DEFAULTS),
  ) as Partial<SplatConfig>;
  const all: SplatConfig = {
    ...SPLAT_DEFAULTS,
    ...values,
    seed: flags.all_values.x_seed,
    ...config,
  };
  const { splats } = await readSplats(join(RUNS, run, "init.ply"));
  const { train, test } = runShots(run);
  const rows: CurveRow[] = [];
  const events: SplatEvent[] = [];
  const names = Deno.readTextFileSync(join(RUNS, run, "views.txt")).trim().split("\n");
  for await (
    const event of trainSplat(gpu, {
      config: all,
      train,
      test,
      extent: flags.cameras_extent,
      start: { splats, activeDegree: flags.initial_active_sh_degree },
      testIterations: flags.all_values.test_iterations,
      viewOrder: names,
      saveIterations: saveAt,
      keeper,
    })
  ) {
    if (event.type === "step") rows.push(event);
    else events.push(event);
    if (rows.length >= limit) break;
  }
  return { rows, events };
}
