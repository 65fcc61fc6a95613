/** Short trainings of a made-up scene in which everything happens, the same in one process and on ranks. */
import { readScene } from "../../../../data/scenes/read_scene.ts";
import { splatsAt } from "../../../../data/scenes/points/start_points.ts";
import type { Splats } from "../../../../data/splats/splats.ts";
import type { Gpu } from "../../../../gpu/device.ts";
import { type SplatConfig, splatConfig } from "../../../../model/splat/config.ts";
import { sceneShots } from "../../../../model/splat/scene/scene_shots.ts";
import type { SplatEvent } from "../../../../model/splat/training/train_events.ts";
import { trainSplat } from "../../../../model/splat/training/training.ts";
import type {
  SplatStart,
  SplatTrainOptions,
} from "../../../../model/splat/training/splat_training.ts";
import { noise } from "../../../support.ts";

const SHORT: Partial<SplatConfig> = {
  sh_degree: 1,
  sh_degree_interval: 3,
  iterations: 10,
  position_lr_max_steps: 10,
  densify_from_iter: 2,
  densification_interval: 4,
  densify_until_iter: 9,
  densify_grad_threshold: 0.001,
  percent_dense: 0.09,
  resolution: 1,
  eval: true,
};

/** What is tried, by name. */
export const RUNS: Readonly<Record<string, Partial<SplatConfig>>> = {
  absgrad: {
    strategy: "absgrad",
    densify_grad_threshold: 0.002,
    opacity_reset_interval: 6,
    random_background: true,
    train_test_exp: true,
    scale_lr: true,
    max_gaussians: 170,
  },
  mcmc: {
    strategy: "mcmc",
    max_gaussians: 260,
    optimizer_type: "sparse_adam",
    refine_poses: true,
    pose_lr: 1e-3,
  },
};

/** What a run tells, and what it ends with. */
export interface Ran {
  readonly events: SplatEvent[];
  readonly last: Splats | null;
}

/** Round Gaussians at random points. */
export function startOf(count: number): SplatStart {
  const positions = Float32Array.from(noise(11, 3 * count));
  const colours = new Uint8Array(3 * count).fill(127);
  return { splats: splatsAt({ positions, colours }, 1), activeDegree: 0 };
}

/** Trains one of `RUNS`. */
export async function runOf(
  gpu: Gpu,
  { scene, name, config, ...more }:
    & Omit<Partial<SplatTrainOptions>, "config">
    & { scene: string; name: string; config?: Partial<SplatConfig> },
): Promise<Ran> {
  const all = splatConfig({ ...SHORT, ...RUNS[name]!, ...config });
  let last: Splats | null = null;
  const events: SplatEvent[] = [];
  const options: SplatTrainOptions = {
    config: all,
    ...sceneShots(readScene(scene, { eval: true }), all),
    start: startOf(120),
    testIterations: [all.iterations],
    saveIterations: [all.iterations],
    ...more,
    keeper: {
      save: (_, splats) => {
        last = splats;
        return "";
      },
    },
  };
  for await (const event of trainSplat(gpu, options)) events.push(event);
  return { events, last };
}
