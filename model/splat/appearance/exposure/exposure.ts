import type { Gpu } from "../../../../gpu/device.ts";
import { add } from "../../../../gpu/ops/array/elementwise/binary.ts";
import { reshape } from "../../../../gpu/ops/array/move/reshape.ts";
import { slice } from "../../../../gpu/ops/array/move/slice.ts";
import { matmul } from "../../../../gpu/ops/nn/gemm/matmul.ts";
import { exponential } from "../../../../gpu/optim/schedules.ts";
import { Parameter } from "../../../../gpu/parameter.ts";
import type { Tensor } from "../../../../gpu/tensor.ts";
import type { NamedParameter } from "../../../run/trainee.ts";
import type { OptimizationOptions } from "../../config.ts";
import { type BatchScaling, batchScaling } from "../../training/batch/batch_scaling.ts";
import { stepAppearance } from "../step_appearance.ts";
import type { Appearance, AppearanceKind, Look, Pictured } from "../appearance.ts";

/** PyTorch's, which the reference leaves as it is. */
const EPS = 1e-8;

/** What changes nothing, three rows of four numbers. */
export const IDENTITY: readonly number[] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];

/**
 * Applies an exposure f32 [3, 4] to a picture [3, height, width]: channel c becomes the sum over k of
 * channel k times `exposure[k][c]`, plus `exposure[c][3]`.
 */
export function expose(image: Tensor, exposure: Tensor): Tensor {
  const flat = reshape(image, [3, image.size / 3]);
  const mixed = matmul(slice(exposure, 1, 0, 3), flat, { transposeA: true });
  return reshape(add(mixed, slice(exposure, 1, 3, 4)), image.shape);
}

/** A transform of colours for each training picture, learned along with the Gaussians. */
export class Exposures implements Appearance {
  /** [pictures, 3, 4]. */
  readonly parameter: Parameter;
  steps = 0;
  readonly #rate: (iteration: number) => number;

  constructor(
    gpu: Gpu,
    pictures: number,
    options: OptimizationOptions,
    private readonly scaling: BatchScaling = batchScaling(1),
  ) {
    const values = Float32Array.from(
      { length: 12 * pictures },
      (_, i) => IDENTITY[i % IDENTITY.length]!,
    );
    this.parameter = new Parameter(gpu, [pictures, 3, 4], values);
    this.#rate = exponential(options.exposure_lr_init, options.exposure_lr_final, {
      total: options.iterations,
      delay: options.exposure_lr_delay_steps,
      delayFactor: options.exposure_lr_delay_mult,
    });
  }

  parameters(): NamedParameter[] {
    return [["exposures", this.parameter]];
  }

  look({ view }: Pictured): Look | null {
    if (view === null) return null;
    return (image) =>
      expose(image, reshape(slice(this.parameter.value, 0, view, view + 1), [3, 4]));
  }

  /** A step of Adam on all of them: those not seen now move on by momentum, as in the reference. */
  step(iteration: number, broken: Tensor): void {
    const rate = this.#rate(iteration);
    const { scaling } = this;
    stepAppearance([this.parameter], { rate, step: ++this.steps, eps: EPS, scaling, broken });
  }

  release(): void {
    this.parameter.release();
  }
}

/** An affine map of colours for each picture, as the reference learns with `--train_test_exp`. */
export const exposure: AppearanceKind = {
  summary: "an affine map of colours for each picture",
  ofCameras: false,
  make: ({ gpu, views, config, scaling }) => new Exposures(gpu, views, config, scaling),
};
