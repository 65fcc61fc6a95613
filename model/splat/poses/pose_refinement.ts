import type { Gpu } from "../../../gpu/device.ts";
import { multiply } from "../../../gpu/ops/array/elementwise/binary.ts";
import { scale } from "../../../gpu/ops/array/elementwise/unary.ts";
import { reshape } from "../../../gpu/ops/array/move/reshape.ts";
import { slice } from "../../../gpu/ops/array/move/slice.ts";
import type { RasterCamera } from "../../../gpu/ops/gaussian/rasterize/camera.ts";
import { adamw } from "../../../gpu/optim/adamw.ts";
import { exponential, type Schedule } from "../../../gpu/optim/schedules.ts";
import { Parameter } from "../../../gpu/parameter.ts";
import { accumulate, noGradient } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import type { SplatConfig } from "../config.ts";
import type { Shot } from "../scene/shot.ts";
import { type BatchScaling, batchScaling } from "../training/batch/batch_scaling.ts";
import { correctPoses } from "./pose_correction.ts";
import { type SavedPoses, worldFromCamera } from "./saved_poses.ts";

/** Share of the rate at the end. */
const LAST = 0.01;
const EPS = 1e-8;

/** What decides how poses are refined. */
type PoseSettings = Pick<SplatConfig, "pose_lr" | "pose_reg" | "iterations">;

/**
 * Poses of the training views, learned along with the Gaussians as gsplat's `CameraOptModule` does: nine
 * numbers each, a step in the camera's own axes in units of the cameras' extent, and six of a rotation.
 * All of them take a step each iteration, those not seen by momentum; nothing holds the first one still.
 */
export class PoseRefinement {
  /** [views, 9]. */
  readonly parameter: Parameter;
  /** Steps that were taken; restored from a checkpoint. */
  steps = 0;
  readonly #poses: Tensor;
  readonly #units: Tensor;
  readonly #rate: Schedule;
  readonly #decay: number;
  readonly #scaling: BatchScaling;

  constructor(
    private readonly gpu: Gpu,
    private readonly shots: readonly Pick<Shot, "name" | "camera">[],
    { extent, settings, scaling = batchScaling(1) }: {
      readonly extent: number;
      readonly settings: PoseSettings;
      readonly scaling?: BatchScaling;
    },
  ) {
    this.parameter = new Parameter(gpu, [shots.length, 9]);
    const poses = Float32Array.from(shots.flatMap(({ camera }) => worldFromCamera(camera)));
    this.#poses = gpu.lasting(() => Tensor.from(gpu, poses, [shots.length, 4, 4]));
    // A single camera has no extent.
    const unit = extent > 0 ? extent : 1;
    this.#units = gpu.lasting(() => Tensor.from(gpu, [unit, unit, unit, 1, 1, 1, 1, 1, 1], [1, 9]));
    const { pose_lr, iterations } = settings;
    this.#rate = exponential(pose_lr, LAST * pose_lr, { total: iterations });
    this.#decay = settings.pose_reg;
    this.#scaling = scaling;
  }

  /** The camera of a view at its pose as it is now, with gradients by it. */
  camera(view: number): RasterCamera {
    const pose = slice(this.#poses, 0, view, view + 1);
    const correction = multiply(slice(this.parameter.value, 0, view, view + 1), this.#units);
    const { views } = correctPoses(pose, correction);
    return { ...this.shots[view]!.camera, pose: reshape(views, [4, 4]) };
  }

  /** A step of Adam; `broken` u32 [1] holds the values back unless it is 0. */
  step(iteration: number, broken: Tensor): void {
    const { parameter } = this;
    const { rate, betas, eps } = this.#scaling;
    noGradient(
      this.gpu,
      () => accumulate(parameter.gradient!, scale(parameter.value, this.#decay)),
    );
    adamw([{ parameters: [parameter], rate: rate * this.#rate(iteration - 1) }], {
      step: ++this.steps,
      betas,
      eps: EPS * eps,
      broken,
    });
    parameter.zeroGradient();
  }

  /** Reads where the cameras stood before, and where they stand now. */
  async saved(): Promise<SavedPoses> {
    using _scope = this.gpu.scope();
    const { poses } = noGradient(
      this.gpu,
      () => correctPoses(this.#poses, multiply(this.parameter.value, this.#units)),
    );
    const after = await poses.read("f32");
    return Object.fromEntries(this.shots.map(({ name, camera }, i) => [name, {
      before: worldFromCamera(camera),
      // boxed: sixteen numbers
      after: Array.from(after.subarray(16 * i, 16 * i + 16)),
    }]));
  }

  /** Gives the memory back. */
  release(): void {
    this.parameter.release();
    this.#poses.release();
    this.#units.release();
  }
}
