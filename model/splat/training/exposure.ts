import type { Gpu } from "../../../gpu/device.ts";
import { add } from "../../../gpu/ops/array/elementwise/binary.ts";
import { reshape } from "../../../gpu/ops/array/move/reshape.ts";
import { slice } from "../../../gpu/ops/array/move/slice.ts";
import { matmul } from "../../../gpu/ops/nn/gemm/matmul.ts";
import { adamw } from "../../../gpu/optim/adamw.ts";
import { exponential } from "../../../gpu/optim/schedules.ts";
import { Parameter } from "../../../gpu/parameter.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { OptimizationOptions } from "../config.ts";
import { type BatchScaling, batchScaling } from "./batch/batch_scaling.ts";

/** Exposures by the picture's name, three rows of four numbers. */
export type ExposureTable = Readonly<Record<string, readonly (readonly number[])[]>>;

/** PyTorch's, as in the reference. */
const EPS = 1e-8;
const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];

/**
 * Applies an exposure f32 [3, 4] to a picture [3, height, width]: channel c becomes the sum over k of
 * channel k times `exposure[k][c]`, plus `exposure[c][3]`.
 */
export function expose(image: Tensor, exposure: Tensor): Tensor {
  const flat = reshape(image, [3, image.size / 3]);
  const mixed = matmul(slice(exposure, 1, 0, 3), flat, { transposeA: true });
  return reshape(add(mixed, slice(exposure, 1, 3, 4)), image.shape);
}

/** Exposures that change nothing, which is what there is where none are learned. */
export function identityExposures(shots: readonly { readonly name: string }[]): ExposureTable {
  const rows = [0, 4, 8].map((at) => IDENTITY.slice(at, at + 4));
  return Object.fromEntries(shots.map(({ name }) => [name, rows]));
}

/** A transform of colours for each training picture, learned along with the Gaussians. */
export class Exposures {
  /** [pictures, 3, 4]. */
  readonly parameter: Parameter;
  /** Steps taken. */
  steps = 0;
  readonly #rate: (iteration: number) => number;

  constructor(
    private readonly gpu: Gpu,
    readonly names: readonly string[],
    options: OptimizationOptions,
    private readonly scaling: BatchScaling = batchScaling(1),
  ) {
    const values = Float32Array.from(
      { length: 12 * names.length },
      (_, i) => IDENTITY[i % IDENTITY.length]!,
    );
    this.parameter = new Parameter(gpu, [names.length, 3, 4], values);
    this.#rate = exponential(options.exposure_lr_init, options.exposure_lr_final, {
      total: options.iterations,
      delay: options.exposure_lr_delay_steps,
      delayFactor: options.exposure_lr_delay_mult,
    });
  }

  /** That of one picture, f32 [3, 4]. */
  of(index: number): Tensor {
    return reshape(slice(this.parameter.value, 0, index, index + 1), [3, 4]);
  }

  /** A step of Adam on all of them: those not seen now move on by momentum, as in the reference. */
  step(iteration: number, broken: Tensor): void {
    const { rate: factor, betas, eps } = this.scaling;
    const rate = factor * this.#rate(iteration);
    adamw([{ parameters: [this.parameter], rate }], {
      step: ++this.steps,
      betas,
      eps: EPS * eps,
      broken,
    });
    this.parameter.zeroGradient();
  }

  /** Reads all of them. */
  async table(): Promise<ExposureTable> {
    const values = await this.parameter.value.read("f32");
    return Object.fromEntries(this.names.map((name, i) => [
      name,
      [0, 1, 2].map((row) => Array.from(values.subarray(12 * i + 4 * row, 12 * i + 4 * row + 4))),
    ]));
  }

  /** Gives the memory back. */
  release(): void {
    this.parameter.release();
  }
}
