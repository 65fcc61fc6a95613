import type { ShDegree } from "../../../data/splats/splats.ts";
import { Gpu, type GpuLike } from "../../../gpu/device.ts";
import { run } from "../../run/run.ts";
import type { SplatConfig } from "../config.ts";
import type { Shot } from "../scene/shot.ts";
import { SplatTrainee } from "../training/splat_trainee.ts";
import type { SplatEvent } from "../training/train_events.ts";

/** Iterations after which the pool has seen all it will: moments are made at the end of the first. */
const STEPS = 2;

/** What is trained, by what decides its memory. */
export interface RehearsedTraining {
  /** The settings. */
  readonly config: SplatConfig;
  /** Views that are trained on; the one with most pixels is drawn. */
  readonly shots: readonly Shot[];
  /** How many Gaussians there are. */
  readonly gaussians: number;
  /** Pairs of a Gaussian and a tile in the fullest view. */
  readonly pairs: number;
}

/** GPU memory in bytes, as the pool counts it. */
export interface RehearsedMemory {
  /** At the highest point of an iteration, the one picture that is drawn included. */
  readonly peak: number;
  /** Of it what stays between iterations: Gaussians, their moments, the strategy's state, that picture. */
  readonly stays: number;
  /** What of both is the picture's bytes; 0 where pictures do not stay. */
  readonly picture: number;
}

/**
 * Runs iterations of a training on a GPU that computes nothing, with all harmonics in use: the same code
 * asks for the same tensors in the same order, so the figures are those of the real pool. Densification makes
 * one tensor after another anew and takes no more than iterations at the count that it leads to.
 */
export async function rehearse(
  like: GpuLike,
  { config, shots, gaussians, pairs }: RehearsedTraining,
): Promise<RehearsedMemory> {
  const gpu = Gpu.dry(like);
  const { name, camera: { width, height } } = shots.reduce((most, shot) =>
    pixelsOf(shot) > pixelsOf(most) ? shot : most
  );
  const picture = { width, height, channels: 4, data: new Uint8Array(4 * width * height) } as const;
  const depth = new Float32Array(width * height);
  const options = {
    config: {
      ...config,
      iterations: STEPS + 1,
      densify_from_iter: STEPS + 1,
    },
    train: shots.map((shot) => ({
      ...shot,
      pixels: () => picture,
      inverseDepth: shot.inverseDepth && (() => depth),
    })),
    test: [],
    extent: 1,
    start: {
      splats: { count: gaussians, degree: config.sh_degree as ShDegree },
      activeDegree: config.sh_degree,
    },
    viewOrder: Array<string>((STEPS + 1) * config.batch_views).fill(name),
  };
  let stays = 0;
  const steps = run<SplatEvent, SplatTrainee>(gpu, {
    steps: STEPS,
    logEvery: 1,
    // deno-lint-ignore require-yield
    prepare: async function* () {
      const trainee = await SplatTrainee.make(gpu, options);
      // A GPU that computes nothing counts none.
      trainee.training.budget.expect(pairs);
      return trainee;
    },
  });
  for await (const { type } of steps) if (type === "step") stays = gpu.memory.inUse;
  return {
    peak: gpu.memory.peak,
    stays,
    picture: config.data_device === "cpu" ? 0 : picture.data.length,
  };
}

function pixelsOf({ camera: { width, height } }: Shot): number {
  return width * height;
}
