import type { RasterCamera } from "../../../gpu/ops/gaussian/rasterize/camera.ts";
import { rasterize } from "../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import { backward } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { backgroundOf } from "../config.ts";
import { rasterOptions } from "../draw.ts";
import type { Gaussians } from "../gaussians.ts";
import { PoseRefinement } from "../poses/pose_refinement.ts";
import type { Shot, ShotPixels } from "../scene/shot.ts";
import type { SplatTraining } from "./splat_training.ts";
import { compareWithPhoto } from "./train_step.ts";

/** Steps of each pose on Gaussians that stay as they are. */
const STEPS = 100;
/** Radians and extents a step at first, a hundredth at last: 2.5 degrees in all. */
const RATE = 0.002;

/** Poses of shots that were held out, found anew on Gaussians that stay as they are. */
export interface HeldOutPoses {
  /** The camera of a shot where it was found to be. */
  cameraOf(shot: Shot): RasterCamera;
  /** Gives the memory back. */
  release(): void;
}

/**
 * Looks for where held-out views were taken: a training that moves poses may learn the scene in a frame a
 * little off theirs, and pictures drawn from the poses of the file then miss by that alone.
 */
export async function findHeldOutPoses(
  { gpu, gaussians, budget, options: { config, extent } }: SplatTraining,
  shots: readonly Shot[],
  { pixels, onStep }: {
    readonly pixels: ShotPixels;
    readonly onStep?: (done: number, of: number) => void;
  },
): Promise<HeldOutPoses> {
  const poses = new PoseRefinement(gpu, shots, {
    extent,
    settings: { pose_lr: RATE, pose_reg: 0, iterations: STEPS },
  });
  const background = backgroundOf(config);
  for (let step = 1; step <= STEPS; step++) {
    using _step = gpu.scope();
    for (const [i, shot] of shots.entries()) {
      using _view = gpu.scope();
      const picture = await pixels.load(shot);
      const { image } = rasterize(resting(gaussians), poses.camera(i), {
        ...rasterOptions(config),
        background,
        capacity: budget,
      });
      const { loss } = compareWithPhoto(image, { shot, picture, background }, config);
      backward(loss);
    }
    // A view without room for its pairs has gradients of 0, which is no reason to hold the others back.
    poses.step(step, Tensor.zeros(gpu, [1], "u32"));
    // Pictures of all of them wait for each other: no more than a step's work is in flight.
    await gpu.settle();
    onStep?.(step, STEPS);
  }
  return {
    cameraOf: (shot) => poses.camera(shots.indexOf(shot)),
    release: () => poses.release(),
  };
}

/** Gaussians that no gradient goes to. */
function resting(gaussians: Gaussians) {
  const inputs = gaussians.inputs();
  const rest = (tensor: Tensor) => tensor.window(0, tensor.rows);
  const { means, opacities, scales, rotations, harmonics } = inputs;
  return {
    means: rest(means),
    opacities: rest(opacities),
    scales: rest(scales!),
    rotations: rest(rotations!),
    harmonics: {
      ...harmonics!,
      dc: rest(harmonics!.dc),
      rest: harmonics!.rest && rest(harmonics!.rest),
    },
    raw: true,
  };
}
