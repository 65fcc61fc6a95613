import { writeSplats } from "../../../data/splats/write_splats.ts";
import type { ModelConfig } from "../config/model_config.ts";
import type { EvaluationStep } from "../evaluation/evaluation.ts";
import { drawnGaussians } from "./drawn_frame.ts";
import { gaussianSplats, readGaussians } from "./gaussian_splats.ts";
import { writeKeyFrame } from "./key_frame_file.ts";

/**
 * Saves an evaluated key frame for looking at it later: `STEM.npz` with truth, prediction and small
 * pictures, `STEM.ply` with the Gaussians. Returns both paths.
 */
export async function saveKeyFrame(
  stem: string,
  { sample, prediction, gaussians }: Pick<EvaluationStep, "sample" | "prediction" | "gaussians">,
  config: ModelConfig,
): Promise<string[]> {
  const [npz, ply] = [`${stem}.npz`, `${stem}.ply`];
  const drawn = drawnGaussians(await readGaussians(gaussians, config), config.task);
  await writeSplats(ply, gaussianSplats(drawn, config.task));
  // Last: who sees the npz finds all of it.
  const { labels: truth, images } = sample;
  writeKeyFrame(npz, config, { prediction: prediction!, truth, images });
  return [npz, ply];
}
