import { join } from "@std/path";
import { readKeyFrames } from "../../../data/datasets.ts";
import { legendPicture, titled } from "../../../data/drawing/legend.ts";
import { classLegend } from "../../../data/occupancy/task.ts";
import type { RgbPicture } from "../../../data/pictures/picture.ts";
import { above, beside } from "../../../data/pictures/sheet.ts";
import type { Gpu } from "../../../gpu/device.ts";
import {
  evaluateOccupancy,
  type EvaluationReport,
  rootsOf,
} from "../evaluation/evaluate_checkpoint.ts";
import type { EvaluationStep } from "../evaluation/evaluation.ts";
import { modelOf } from "../table.ts";
import { drawnConfig, drawnGaussians, drawnPrediction, drawnSample } from "./drawn_frame.ts";
import { type Film, FilmWriter } from "./film.ts";
import { chooseFrames } from "./frame_choice.ts";
import { readGaussians } from "./gaussian_splats.ts";
import { photosOf } from "./key_frame_files.ts";
import { sheetOf } from "./key_frame_sheet.ts";
import { layersOf, type Shown } from "./layers.ts";
import { viewFrom } from "./view_cameras.ts";
import type { VisualizeOptions } from "./visualize.ts";

/** Which scene to film, and how. */
export interface SceneFilmOptions extends Omit<VisualizeOptions, "film" | "topDown" | "indices"> {
  /** Key frames a second. */
  readonly fps: number;
}

/** The film of a scene, and how the model does on it. */
export interface SceneFilm extends Film {
  /** How the model does on it. */
  readonly result: EvaluationReport;
  /** Key frames in it. */
  readonly keyFrames: number;
}

/**
 * Films a scene key frame by key frame, after one another where the model streams: the photos above, truth,
 * prediction and Gaussians beside one another as a car would be followed.
 */
export async function filmScene(gpu: Gpu, options: SceneFilmOptions): Promise<SceneFilm> {
  const { out, config, split = "val", scene = 0, fps, onProgress, stream } = options;
  const frames = await readKeyFrames(rootsOf(options), split, config.task);
  const indices = chooseFrames(frames, { scene, seed: 0 });
  const shown: Shown = {
    config: drawnConfig(config),
    occupancy: options.occupancy,
    gaussians: options.gaussians,
    choice: options.choice ?? modelOf(config).shown(config),
    minOpacity: options.minOpacity,
  };
  const film = await FilmWriter.open(join(out, `${split}_scene_${scene}_film`), fps);
  onProgress?.(0, indices.length);
  const { limit: _, ...rest } = options;
  const result = await evaluateOccupancy(gpu, {
    ...rest,
    // In windows a key frame has several predictions.
    ...(stream === "windows" ? { stream: "once" as const } : {}),
    indices,
    predictions: true,
    onStep: async (step) => {
      film.add(await sceneFrame(gpu, step, { ...options, shown }));
      onProgress?.(step.done, indices.length);
    },
  });
  return { ...await film.close(), result, keyFrames: indices.length };
}

const SIZE = [1280, 720] as const;

async function sceneFrame(
  gpu: Gpu,
  { done, total, since, ...step }: EvaluationStep,
  { config, shown, viewpoint = {}, size = SIZE }: SceneFilmOptions & { readonly shown: Shown },
): Promise<RgbPicture> {
  const sample = drawnSample(step.sample);
  const gaussians = drawnGaussians(await readGaussians(step.gaussians, config), config.task);
  const prediction = drawnPrediction(step.prediction!, config);
  const layers = layersOf(gpu, { labels: sample.labels, prediction, gaussians }, shown)
    .filter(({ name }) => name !== "error");
  // Several stand side by side, so each is half as large as a still picture.
  const [width, height] = [Math.round(size[0] / 2), Math.round(size[1] / 2)];
  const { range } = shown.config.occupancy;
  const camera = viewFrom(viewpoint, { width, height, range });
  const panels: RgbPicture[] = [];
  for (const layer of layers) panels.push(titled(layer.title, await layer.draw(camera, 1)));
  const row = beside(panels);
  // All classes: the pictures of a film are of one size.
  const legend = legendPicture(classLegend(shown.config.task), row.width);
  const title = `Key frame ${done} of ${total}, ${since} seen before`;
  const cameras = sheetOf(photosOf(sample), sample.task, { most: row.width });
  return titled(title, above([cameras, row, legend], 0));
}
