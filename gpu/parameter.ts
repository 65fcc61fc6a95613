import type { Gpu } from "./device.ts";
import { Tensor } from "./tensor.ts";
import { variable } from "./tape.ts";

/** A named weight that owns its value, gradient and optimizer moments, which change size together. */
export class Parameter {
  /** The weight itself. */
  value: Tensor;
  /** First and second moment of AdamW, made at its first step. */
  moments: [Tensor, Tensor] | null = null;
  #trainable = true;

  /** Zeros unless `data` has the numbers. */
  constructor(readonly gpu: Gpu, shape: readonly number[], data?: Float32Array) {
    this.value = gpu.lasting(() => data ? Tensor.from(gpu, data, shape) : Tensor.zeros(gpu, shape));
    this.#attach(true);
  }

  /** Extents of the value. */
  get shape(): readonly number[] {
    return this.value.shape;
  }

  /** The gradient, zeros where no backward pass has left one; null of a frozen parameter. */
  get gradient(): Tensor | null {
    if (!this.#trainable) return null;
    return this.value.gradient ??= this.gpu.lasting(() => Tensor.zeros(this.gpu, this.shape));
  }

  /** Whether it has a gradient. */
  get trainable(): boolean {
    return this.#trainable;
  }

  /** A frozen parameter has no gradient and no moments. */
  set trainable(trainable: boolean) {
    if (trainable === this.#trainable) return;
    this.#trainable = trainable;
    if (trainable) this.#attach(true);
    else {
      this.value.requiresGradient = false;
      this.zeroGradient();
      for (const moment of this.moments ?? []) moment.release();
      this.moments = null;
    }
  }

  /** Overwrites the value. */
  set(data: Float32Array): void {
    this.value.write(data);
  }

  /** Moves the value into `place`, a view of the same shape, which it owns from then on. */
  moveInto(place: Tensor): void {
    this.gpu.commands.copy(this.value, place);
    this.zeroGradient();
    this.value.release();
    this.value = place;
    this.#attach(this.#trainable);
  }

  /**
   * Sets the gradient to zero by giving it back: the next backward pass leaves its own instead of
   * adding to zeros, which spares each parameter a dispatch and a clear.
   */
  zeroGradient(): void {
    this.value.gradient?.release();
    this.value.gradient = null;
  }

  /** The moments, made of zeros where there are none yet. */
  ensureMoments(): [Tensor, Tensor] {
    return this.moments ??= this.gpu.lasting(() => [
      Tensor.zeros(this.gpu, this.shape),
      Tensor.zeros(this.gpu, this.shape),
    ]);
  }

  /**
   * Replaces value, gradient and moments by what `change` makes of each: rows gathered, appended or
   * dropped. The gradient becomes zero.
   */
  resize(change: (tensor: Tensor, role: "value" | "moment") => Tensor): void {
    // One after the other: at most one of them is there twice.
    const anew = (old: Tensor, role: "value" | "moment") => {
      const made = this.gpu.lasting(() => change(old, role));
      old.release();
      return made;
    };
    this.value.gradient?.release();
    this.value = anew(this.value, "value");
    this.#attach(this.#trainable);
    if (!this.moments) return;
    const [first, second] = this.moments;
    this.moments = [anew(first, "moment"), anew(second, "moment")];
  }

  /** Gives all its memory back. */
  release(): void {
    this.value.gradient?.release();
    this.value.release();
    for (const moment of this.moments ?? []) moment.release();
  }

  #attach(trainable: boolean): void {
    if (trainable) variable(this.value).ownsGradient = true;
  }
}
