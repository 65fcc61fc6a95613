import { layerNorm } from "../../../../gpu/ops/nn/norm/layer_norm.ts";
import { reshape } from "../../../../gpu/ops/array/move/reshape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import type { Initializer } from "../../../init.ts";
import { Linear } from "../../../layers/linear.ts";
import { Module } from "../../../module.ts";

/** Numbers that describe a motion: seconds, and the first three rows of the 4x4 from then to now. */
const NUMBERS = 13;
/** Frequencies at which they are looked at. */
const OCTAVES = 6;

/**
 * A layer norm whose scale and shift follow from the car's motion since the features were right
 * (StreamPETR's motion-aware layer norm, Wang et al. 2023).
 */
export class MotionLayerNorm extends Module {
  readonly reduce: [Linear];
  readonly gamma: Linear;
  readonly beta: Linear;

  constructor(init: Initializer, channels: number) {
    super();
    this.reduce = [new Linear(init, 2 * OCTAVES * NUMBERS, channels)];
    this.gamma = new Linear(init, channels, channels, { weight: "zero" });
    this.gamma.bias.set(new Float32Array(channels).fill(1));
    this.beta = new Linear(init, channels, channels, { weight: "zero" });
  }

  /** Features [rows, channels] that were right `seconds` ago, in a frame from which `motion` (4x4, row by row) leads to now. */
  moved(feature: Tensor, seconds: number, motion: ArrayLike<number>): Tensor {
    const hidden = this.#hidden(feature.gpu, seconds, motion);
    const row = (layer: Linear) => reshape(layer.forward(hidden), [feature.shape[1]!]);
    return layerNorm(feature, row(this.gamma), row(this.beta));
  }

  /** What features of zeros become that are from now: [1, channels]. */
  fresh(gpu: Tensor["gpu"]): Tensor {
    return this.beta.forward(this.#hidden(gpu, 0, IDENTITY));
  }

  #hidden(gpu: Tensor["gpu"], seconds: number, motion: ArrayLike<number>): Tensor {
    const numbers = [seconds, ...Array.from({ length: NUMBERS - 1 }, (_, i) => motion[i]!)];
    const waves = Array.from({ length: OCTAVES }, (_, octave) => {
      const angles = numbers.map((x) => x * 2 ** octave);
      return [...angles.map(Math.sin), ...angles.map(Math.cos)];
    }).flat();
    const code = Tensor.from(gpu, Float32Array.from(waves), [1, waves.length]);
    return this.reduce[0].forward(code, { activation: "relu" });
  }
}

const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
