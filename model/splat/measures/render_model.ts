import { namesIn } from "../../../data/files/names_in.ts";
import { join, resolve } from "@std/path";
import { writeAtomically } from "../../../data/files/atomic_file.ts";
import { encodePng } from "../../../data/pictures/png/png.ts";
import { readScene } from "../../../data/scenes/read_scene.ts";
import { dropUnusable, unusableText } from "../../../data/splats/usable.ts";
import { readSplats } from "../../../data/splats/read_splats.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { SavedLooks } from "../appearance/saved_looks.ts";
import type { SplatConfig } from "../config.ts";
import { SPLAT_DEFAULTS } from "../config.ts";
import { drawShot } from "./evaluation.ts";
import { Gaussians } from "../gaussians.ts";
import { checkPictures } from "../plan/limits.ts";
import { ModelFolder } from "../scene/model_folder.ts";
import { atSavedPoses } from "../poses/saved_poses.ts";
import { readNamespace } from "../scene/namespace_text.ts";
import { type Planes, quantised } from "./picture_metrics.ts";
import { sceneOptions } from "../scene/scene_options.ts";
import { sceneShots } from "../scene/scene_shots.ts";
import { type Shot, ShotPixels } from "../scene/shot.ts";

/** Which pictures of a model to draw. */
export interface RenderOptions {
  /** The model's folder. */
  readonly modelPath: string;
  /** -1 for the last that was saved. */
  readonly iteration: number;
  /** Leave out the views of training. */
  readonly skipTrain: boolean;
  /** Leave out the views held out. */
  readonly skipTest: boolean;
  /** "trained" applies what was learned of how pictures look, "none" draws the light alone. */
  readonly appearance?: "trained" | "none";
  /** Name of the picture trained on that all are to look like. */
  readonly appearanceOf?: string | undefined;
  /** What the command line says instead of the model's `cfg_args`. */
  readonly overrides: Partial<SplatConfig>;
}

/** What rendering a model tells. */
export type RenderEvent =
  | {
    readonly type: "remark";
    readonly text: string;
    /** Whether something that was given is left out, which is told under --quiet too. */
    readonly lost?: boolean;
  }
  | {
    readonly type: "started";
    readonly set: "train" | "test";
    readonly views: number;
    readonly iteration: number;
  }
  | {
    readonly type: "view";
    readonly set: "train" | "test";
    readonly done: number;
    readonly path: string;
  }
  | { readonly type: "finished"; readonly path: string };

/** The options that a model was trained with. */
export function readModelOptions(folder: string): ReturnType<typeof readNamespace> {
  const file = join(folder, "cfg_args");
  let text: string;
  try {
    text = Deno.readTextFileSync(file);
  } catch (cause) {
    throw new Error(`Cannot read model "${folder}": it has no file "cfg_args"`, { cause });
  }
  return readNamespace(text, file);
}

/** Draws the views of a model's scene next to their pictures, as PNG files in the model's folder. */
export async function* renderModel(
  gpu: Gpu,
  options: RenderOptions,
): AsyncGenerator<RenderEvent, void, void> {
  yield {
    type: "remark",
    text: `Looking for config file in ${join(options.modelPath, "cfg_args")}`,
  };
  const config: SplatConfig = {
    ...SPLAT_DEFAULTS,
    ...readModelOptions(options.modelPath),
    ...options.overrides,
    model_path: resolve(options.modelPath),
  };
  const folder = new ModelFolder(options.modelPath);
  const iteration = options.iteration < 0 ? folder.lastIteration() : options.iteration;
  const file = folder.plyOf(iteration);
  const { splats: stored, remarks } = await readSplats(file);
  const splats = dropUnusable(stored);
  for (const text of remarks) yield { type: "remark", text: `${file}: ${text}` };
  const dropped = unusableText(file, stored.count, splats.count);
  if (dropped !== null) yield { type: "remark", text: dropped, lost: true };
  if (splats.degree !== config.sh_degree) {
    throw new RangeError(
      `Cannot render "${file}": its harmonics have degree ${splats.degree}, the ` +
        `model's options say ${config.sh_degree}`,
    );
  }
  // Pictures are drawn without depths.
  const given = readScene(config.source_path, { ...sceneOptions(config), depths: "" });
  const scene = atSavedPoses(given, options.modelPath);
  for (const text of scene.remarks) yield { type: "remark", text };
  for (const text of scene.lost) yield { type: "remark", text, lost: true };
  // Each picture is used once: none is kept.
  const shots = sceneShots(scene, { ...config, budget: 0 });
  if (!options.skipTrain) checkPictures(gpu, shots.train, "draw");
  if (!options.skipTest) checkPictures(gpu, shots.test, "draw");
  const gaussians = new Gaussians(gpu, splats);
  gaussians.activeDegree = splats.degree;
  const pixels = new ShotPixels(gpu, 0);
  const looks = options.appearance === "none"
    ? null
    : new SavedLooks(gpu, options.modelPath, { config, like: options.appearanceOf });
  try {
    for (const set of ["train", "test"] as const) {
      if (set === "train" ? options.skipTrain : options.skipTest) continue;
      const target = join(options.modelPath, set, `ours_${iteration}`);
      for (const folder of ["renders", "gt"]) {
        await Deno.mkdir(join(target, folder), { recursive: true });
        removeFrom(join(target, folder), shots[set].length);
      }
      removeFrom(join(target, MASKS), 0);
      yield { type: "started", set, views: shots[set].length, iteration };
      for (const [i, shot] of shots[set].entries()) {
        const of = { lookOf: (shot: Shot) => looks?.of(shot) ?? null };
        const drawn = await drawShot(gaussians, shot, { config, pixels, of });
        const name = `${String(i).padStart(5, "0")}.png`;
        writeAtomically(join(target, "renders", name), pngOf(drawn.picture));
        writeAtomically(join(target, "gt", name), pngOf(drawn.target));
        if (drawn.counts) {
          await Deno.mkdir(join(target, MASKS), { recursive: true });
          writeAtomically(join(target, MASKS, name), maskPng(drawn.target, drawn.counts));
        }
        yield { type: "view", set, done: i + 1, path: join(target, "renders", name) };
      }
    }
  } finally {
    gaussians.release();
    pixels.release();
    looks?.release();
  }
  yield { type: "finished", path: options.modelPath };
}

/** Folder beside the pictures with masks of those of which not all counts. */
export const MASKS = "masks";

/** Pixels that count as white, others as black. */
function maskPng({ width, height }: Planes, counts: ArrayLike<number>): Uint8Array {
  const data = Uint8Array.from({ length: counts.length }, (_, i) => 255 * counts[i]!);
  return encodePng({ width, height, channels: 1, data });
}

/** Removes pictures that an earlier run with more views left: metrics would count them in. */
function removeFrom(folder: string, views: number): void {
  for (const name of namesIn(folder)) {
    const index = /^(\d{5,})\.png$/.exec(name)?.[1];
    if (index !== undefined && Number(index) >= views) Deno.removeSync(join(folder, name));
  }
}

/** Planes [3, height, width] in [0, 1] as the bytes of a PNG file. */
export function pngOf({ width, height, data }: Planes): Uint8Array {
  const planes = quantised(data);
  const pixels = width * height;
  const rgb = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = planes[c * pixels + i]!;
  }
  return encodePng({ width, height, data: rgb });
}
