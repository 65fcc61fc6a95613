import { encodePng } from "../../../data/pictures/png/png.ts";
import type { Gpu } from "../../../gpu/device.ts";
import type { ModelConfig } from "../config/model_config.ts";
import type { EvaluationStep } from "../evaluation/evaluation.ts";
import { modelOf } from "../table.ts";
import { drawnConfig, drawnGaussians, drawnPrediction, drawnSample } from "./drawn_frame.ts";
import { readGaussians } from "./gaussian_splats.ts";
import { photosOf } from "./key_frame_files.ts";
import { keyFrameSheet } from "./key_frame_sheet.ts";
import { layersOf } from "./layers.ts";

/**
 * A PNG of an evaluated key frame for people: its photos, truth, prediction, error and Gaussians with names, a
 * legend, the car and metres; as a run and a demo leave it.
 */
export async function keyFramePicture(
  gpu: Gpu,
  title: string,
  step: Pick<EvaluationStep, "sample" | "prediction" | "gaussians">,
  config: ModelConfig,
): Promise<Uint8Array> {
  const sample = drawnSample(step.sample);
  const shown = drawnConfig(config);
  const gaussians = drawnGaussians(await readGaussians(step.gaussians, config), config.task);
  const prediction = drawnPrediction(step.prediction!, config);
  const layers = layersOf(gpu, { labels: sample.labels, prediction, gaussians }, {
    config: shown,
    occupancy: true,
    gaussians: true,
    choice: modelOf(config).shown(config),
  });
  const photos = photosOf(sample);
  return encodePng(await keyFrameSheet(title, { photos, splats: [], layers }, shown));
}
