import { join } from "@std/path";
import { modelOf } from "../table.ts";
import { writeAtomically } from "../../../data/files/atomic_file.ts";
import { writeJson } from "../../../data/files/write_json.ts";
import { readKeyFrames } from "../../../data/datasets.ts";
import type { Sample } from "../../../data/occupancy/sample.ts";
import { writeSplats } from "../../../data/splats/write_splats.ts";
import type { Gpu } from "../../../gpu/device.ts";
import type { OccupancyTask } from "../../../data/occupancy/task.ts";
import {
  evaluateOccupancy,
  type EvaluateOptions,
  type EvaluationReport,
  rootsOf,
} from "../evaluation/evaluate_checkpoint.ts";
import type { EvaluationStep } from "../evaluation/evaluation.ts";
import { type Film, filmCameras, type FilmOptions, writeFilm } from "./film.ts";
import {
  drawnConfig,
  drawnGaussians,
  drawnPoints,
  drawnPrediction,
  drawnSample,
} from "./drawn_frame.ts";
import { chooseFrames } from "./frame_choice.ts";
import type { GaussianChoice } from "./gaussian_choice.ts";
import { gaussianSplats, readGaussians } from "./gaussian_splats.ts";
import { writeKeyFrame as writeKeyFrameNpz } from "./key_frame_file.ts";
import {
  bytesOf,
  cameraFiles,
  gaussianArraysFile,
  type NamedFile,
  photosOf,
  splatPhotosOf,
  voxelFiles,
} from "./key_frame_files.ts";
import { groundOf } from "./ground.ts";
import { figureOf, FROM_ABOVE, keyFrameSheet, seenFrom } from "./key_frame_sheet.ts";
import { layersOf, type Seen, type Shown, viewGridOf } from "./layers.ts";
import { anchorCentres, topDownPicture } from "./top_down.ts";
import { birdsEyeOf, viewFrom, type Viewpoint } from "./view_cameras.ts";
import { type ShownKeyFrame, visualizationPage } from "./visualize_page.ts";

/** What to show of which key frames, and where to. */
export interface VisualizeOptions extends Omit<EvaluateOptions, "predictions" | "onStart"> {
  /** The folder for all files. */
  readonly out: string;
  /** Truth, prediction and error as voxels. */
  readonly occupancy: boolean;
  /** The Gaussians, as pictures and as files. */
  readonly gaussians: boolean;
  /** Where they are, from above: those to start from and those of every block. */
  readonly topDown?: boolean;
  /** All key frames of this scene, counted from 0. */
  readonly scene?: number | undefined;
  /** Size of the third-person pictures; bird's-eye views are squares of this height. */
  readonly size?: readonly [width: number, height: number];
  /** Which Gaussians are drawn as ellipsoids; as the original does for the model's head if not given. */
  readonly choice?: GaussianChoice | undefined;
  /** Gaussians less opaque than this are left out. */
  readonly minOpacity?: number | undefined;
  /** Where from, instead of the original's view. */
  readonly viewpoint?: Partial<Viewpoint> | undefined;
  /** Film every key frame. */
  readonly film?: FilmOptions | undefined;
  /** Told of every key frame and every picture of a film. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What a visualisation left behind. */
export interface Visualization {
  /** How the model does on these key frames. */
  readonly result: EvaluationReport;
  /** Paths of all files but films, page and list. */
  readonly files: readonly string[];
  /** A page that shows all pictures. */
  readonly page: string;
  /** Each key frame with its files, as in `samples.json`. */
  readonly keyFrames: readonly ShownKeyFrame[];
}

const DEFAULT_SEED = 42;

/**
 * Draws key frames and what a checkpoint makes of them: the photos, truth, prediction and error as
 * shaded voxels, Gaussians as ellipsoids and through the 3DGS rasteriser from the cameras' places; and
 * writes files that other programs open: voxels as GLB and PLY, Gaussians as a splat PLY (x right, y
 * down, z forward) and npz, an npz of truth, prediction and small pictures for `view`. Files bear the number of the key frame in its split; `samples.json` says
 * which is which.
 */
export async function visualizeOccupancy(
  gpu: Gpu,
  options: VisualizeOptions,
): Promise<Visualization> {
  const { out, config, split = "val", film, onProgress } = options;
  const frames = await readKeyFrames(rootsOf(options), split, options.mapped?.task ?? config.task);
  const indices = chooseFrames(frames, { ...options, seed: options.seed ?? DEFAULT_SEED });
  const numbers = new Map(indices.map((index) => [frames[index]!.token, index]));
  const scenes = new Map(frames.map(({ token, sceneToken }) => [token, sceneToken]));
  await Deno.mkdir(out, { recursive: true });
  const shown: Shown = {
    config: drawnConfig(config),
    occupancy: options.occupancy,
    gaussians: options.gaussians,
    choice: options.choice ?? modelOf(config).shown(config),
    minOpacity: options.minOpacity,
  };
  const total = indices.length * (1 + (film?.frames ?? 0));
  let done = 0;
  const tick = () => onProgress?.(++done, total);
  onProgress?.(0, total);
  const keyFrames: ShownKeyFrame[] = [];
  const { limit: _, ...rest } = options;
  const result = await evaluateOccupancy(gpu, {
    ...rest,
    indices,
    predictions: true,
    onStep: async (step) => {
      const { token } = step.sample;
      const number = numbers.get(token)!;
      const drawn = await writeKeyFrame(gpu, step, { ...options, shown, number, tick });
      const npz = join(out, `${split}_${number}.npz`);
      const { labels: truth, images } = step.sample;
      writeKeyFrameNpz(npz, config, { prediction: step.prediction!, truth, images });
      keyFrames.push({
        index: number,
        token,
        scene: scenes.get(token) ?? "",
        ...drawn,
        files: [...drawn.files, npz],
      });
      tick();
      await options.onStep?.(step);
    },
  });
  const page = join(out, "index.html");
  const html = visualizationPage(out, { result, keyFrames, shown });
  writeAtomically(page, new TextEncoder().encode(html));
  writeJson(join(out, "samples.json"), { ...result, keyFrames });
  return { result, files: keyFrames.flatMap(({ files }) => files), page, keyFrames };
}

interface KeyFrameOptions extends VisualizeOptions {
  readonly shown: Shown;
  readonly number: number;
  readonly tick: () => void;
}

async function writeKeyFrame(
  gpu: Gpu,
  step: EvaluationStep,
  options: KeyFrameOptions,
): Promise<Pick<ShownKeyFrame, "files" | "film" | "occupiedIou">> {
  const { out, shown, number, split = "val" } = options;
  const { config } = options;
  const sample = drawnSample(step.sample);
  const said = await readGaussians(step.gaussians, config);
  const gaussians = drawnGaussians(said, config.task);
  const prediction = drawnPrediction(step.prediction!, config);
  const seen: Seen = { labels: sample.labels, prediction, gaussians };
  const stem = `${split}_${number}`;
  const files: string[] = [];
  const occupiedIou = occupiedIouOf(seen, sample.mask, config.task);
  const write = ([name, content]: NamedFile) => {
    const path = join(out, name);
    writeAtomically(path, bytesOf(content));
    files.push(path);
  };
  for await (const file of drawKeyFrame(gpu, sample, { ...options, seen, occupiedIou, stem })) {
    write(file);
  }
  if (shown.gaussians) {
    const splats = gaussianSplats(gaussians, shown.config.task, {
      minOpacity: shown.minOpacity ?? 0,
    });
    const path = join(out, `${stem}_gaussian.ply`);
    await writeSplats(path, splats);
    files.push(path);
    write([`${stem}_gaussian.npz`, gaussianArraysFile(said)]);
  }
  if (options.topDown) {
    const blocks = [];
    for (const block of step.blocks) {
      blocks.push(drawnGaussians(await readGaussians(block, config), config.task));
    }
    const [, width] = step.anchor.shape as [number, number];
    const centres = anchorCentres(await step.anchor.read("f32"), width, config.occupancy.range);
    const start = drawnPoints(centres, config.task);
    const side = options.size?.[1] ?? SIZE[1];
    const stage = groundOf(sample.labels, viewGridOf(shown.config), shown.config.task);
    const topDown = { config: shown.config, stage, side };
    write([`${stem}_topdown.png`, await topDownPicture(gpu, start, blocks, topDown)]);
  }
  const film = await filmKeyFrame(gpu, seen, { ...options, folder: join(out, `${stem}_video`) });
  return { files, film, occupiedIou };
}

const SIZE = [1280, 720] as const;

async function* drawKeyFrame(
  gpu: Gpu,
  sample: Sample,
  { shown, seen, stem, number, occupiedIou, size = SIZE, viewpoint }: KeyFrameOptions & {
    readonly seen: Seen;
    readonly stem: string;
    readonly occupiedIou: number;
  },
): AsyncGenerator<NamedFile> {
  const photos = photosOf(sample);
  yield* cameraFiles(photos, sample.task, (camera) => `${number}_image_${camera}.png`);
  const { range } = shown.config.occupancy;
  const layers = layersOf(gpu, seen, shown);
  const [width, height] = size;
  const views = [
    ["", viewFrom(viewpoint ?? {}, { width, height, range }), seenFrom(viewpoint)],
    ["_bird", birdsEyeOf(range, height), FROM_ABOVE],
  ] as const;
  for (const [end, camera, remark] of views) {
    for (const layer of layers) {
      yield [`${stem}_${layer.name}${end}.png`, figureOf(layer, await layer.draw(camera), remark)];
    }
  }
  const splats = shown.gaussians ? await splatPhotosOf(gpu, sample, seen, shown) : [];
  yield* cameraFiles(splats, sample.task, (camera) => `${stem}_splat_${camera}.png`);
  const title = `Key frame ${number}, IoU of what is occupied ${
    occupiedIou.toFixed(1)
  } %, ${sample.token}`;
  const sheet = await keyFrameSheet(title, { photos, splats, layers }, shown.config);
  yield [`${stem}_overview.png`, sheet];
  if (shown.occupancy) yield* voxelFiles(stem, seen, shown);
}

async function filmKeyFrame(
  gpu: Gpu,
  seen: Seen,
  { film, shown, size = SIZE, viewpoint = {}, folder, tick }: KeyFrameOptions & {
    readonly folder: string;
  },
): Promise<Film | null> {
  if (!film) return null;
  const layers = layersOf(gpu, seen, shown).filter(({ name }) => name !== "error");
  // Several stand side by side, so each is half as large as a still picture.
  const half = [Math.round(size[0] / 2), Math.round(size[1] / 2)] as const;
  const { range } = shown.config.occupancy;
  const cameras = filmCameras(film, { viewpoint, range, size: half });
  return await writeFilm(layers, cameras, { folder, fps: film.fps, onFrame: tick });
}

/** Intersection over union of what is occupied, percent; voxels that do not count left out. */
function occupiedIouOf(
  { labels, prediction }: Seen,
  mask: ArrayLike<number>,
  { empty }: OccupancyTask,
): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    if (!mask[i]) continue;
    const [is, was] = [prediction[i] !== empty, labels[i] !== empty];
    both += Number(is && was);
    either += Number(is || was);
  }
  return either ? 100 * both / either : 100;
}
