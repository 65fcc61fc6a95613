import type { Gpu } from "../gpu/device.ts";
import { Parameter } from "../gpu/parameter.ts";
import { sizeOf } from "../gpu/tensor.ts";

/** Makes parameters with seeded initial values; the same seed gives the same weights everywhere. */
export class Initializer {
  #state: number;

  /** Draws values that follow from the seed alone. */
  constructor(readonly gpu: Gpu, seed: number) {
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  }

  /** Draws from another seed, for what must not hang on how many numbers were drawn before. */
  reseeded(seed: number): Initializer {
    return new Initializer(this.gpu, seed);
  }

  /** All of one value. */
  constant(shape: readonly number[], value: number): Parameter {
    return new Parameter(this.gpu, shape, new Float32Array(sizeOf(shape)).fill(value));
  }

  /** Evenly between two values. */
  uniform(shape: readonly number[], low: number, high: number): Parameter {
    return this.from(shape, () => low + (high - low) * this.next());
  }

  /** Normal around 0. */
  normal(shape: readonly number[], deviation: number): Parameter {
    return this.from(shape, () => deviation * this.nextNormal());
  }

  /** A parameter whose values `draw` gives one by one. */
  from(shape: readonly number[], draw: (index: number) => number): Parameter {
    return new Parameter(
      this.gpu,
      shape,
      Float32Array.from({ length: sizeOf(shape) }, (_, i) => draw(i)),
    );
  }

  /** PyTorch's default of linear and convolution layers: uniform within 1 / sqrt(fan in). */
  fanIn(shape: readonly number[], fanIn: number): Parameter {
    return this.uniform(shape, -1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn));
  }

  /** Glorot and Bengio 2010: uniform within sqrt(6 / (fan in + fan out)). */
  xavier(shape: readonly number[]): Parameter {
    const { fanIn, fanOut } = fans(shape);
    const bound = Math.sqrt(6 / (fanIn + fanOut));
    return this.uniform(shape, -bound, bound);
  }

  /** He et al. 2015 for a following ReLU: normal with variance 2 / fan out. */
  kaimingFanOut(shape: readonly number[]): Parameter {
    return this.normal(shape, Math.sqrt(2 / fans(shape).fanOut));
  }

  /** Uniform in [0, 1): splitmix32, which passes the usual batteries at these lengths. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  }

  /** Standard normal (Box and Muller 1958). */
  nextNormal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }
}

/** Makes parameters that have shapes but no values, for a GPU that computes nothing. */
export class ShapesOnly extends Initializer {
  constructor(gpu: Gpu) {
    super(gpu, 0);
  }

  override reseeded(): Initializer {
    return this;
  }

  override constant(shape: readonly number[]): Parameter {
    return new Parameter(this.gpu, shape);
  }

  override from(shape: readonly number[]): Parameter {
    return new Parameter(this.gpu, shape);
  }
}

/**
 * Fans as PyTorch counts them: axis 0 is out, axis 1 is in, the rest is the receptive field. For a
 * sparse convolution [out, kx, ky, kz, in] that takes kx for "in", as in the reference (bound 0.00375
 * for 5x5x5, 128 to 128).
 */
function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  const field = sizeOf(shape.slice(2));
  return { fanIn: shape[1]! * field, fanOut: shape[0]! * field };
}
