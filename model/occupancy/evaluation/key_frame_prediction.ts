import type { Sample } from "../../../data/occupancy/sample.ts";
import type { Gpu } from "../../../gpu/device.ts";
import { evaluating } from "../../module.ts";
import type { OccupancyNetwork } from "../network/occupancy_network.ts";
import type { Tell } from "../network/progress.ts";
import type { SceneMemory } from "../stream/memory.ts";
import { uploadCameras } from "../training/sample_batch.ts";
import { type GaussianArrays, readGaussians } from "../view/gaussian_splats.ts";
import { FiniteCheck } from "./finite_check.ts";

/** What a model made of a key frame, on the host. */
export interface KeyFramePrediction {
  /** Labels of the model's grid, x slowest. */
  readonly semantics: Uint8Array;
  /** Probabilities [classes, voxels]; null where they were not asked for. */
  readonly chances: Float32Array | null;
  /** Those of the last block. */
  readonly gaussians: GaussianArrays;
}

/** Runs a model over the pictures of one key frame; what is not finite is an error. */
export async function predictKeyFrame(
  gpu: Gpu,
  model: OccupancyNetwork,
  sample: Sample,
  { probabilities = false, tell, memory = null }: {
    readonly probabilities?: boolean;
    readonly tell?: Tell | undefined;
    /** Of the scene's key frames before it, in a model that looks back. */
    readonly memory?: SceneMemory | null;
  } = {},
): Promise<KeyFramePrediction> {
  const { config } = model;
  return await evaluating(model, gpu, async () => {
    using _step = gpu.scope();
    const finite = new FiniteCheck();
    const batch = uploadCameras(gpu, sample, config);
    const before = memory?.before(sample.moment) ?? null;
    const occupancy = model.forward({ ...batch, memory: before }, undefined, tell);
    memory?.keep(occupancy.memory);
    await finite.add(sample.token, occupancy.probabilities);
    await finite.finish();
    return {
      semantics: Uint8Array.from(await model.classes(occupancy).read("u32")),
      chances: probabilities ? await model.chances(occupancy).read("f32") : null,
      gaussians: await readGaussians(occupancy.gaussians, config),
    };
  });
}
