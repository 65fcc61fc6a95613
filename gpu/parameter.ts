import type { Gpu } from "./device.ts";
import { Tensor } from "./tensor.ts";
import { CodedMoments } from "./optim/coded_moments.ts";
import { variable } from "./tape.ts";

/** A named weight that owns its value, gradient and optimizer moments, which change size together. */
export class Parameter {
  /** The weight itself. */
  value: Tensor;
  #moments: [Tensor, Tensor] | null = null;
  #coded: CodedMoments | null = null;
  #trainable = true;

  /** Zeros unless `data` has the numbers. */
  constructor(readonly gpu: Gpu, shape: readonly number[], data?: Float32Array) {
    this.value = gpu.lasting(() => data ? Tensor.from(gpu, data, shape) : Tensor.zeros(gpu, shape));
    this.#attach(true);
  }

  /**
   * First and second moment of AdamW, made at its first step. Those in codes are opened for whoever asks,
   * and stay so until `closeMoments`.
   */
  get moments(): [Tensor, Tensor] | null {
    return this.#moments ??= this.#coded?.open() ?? null;
  }

  set moments(moments: [Tensor, Tensor] | null) {
    this.#coded?.release();
    this.#coded = null;
    this.#moments = moments;
  }

  /** Whether it was stepped, or given moments. */
  get hasMoments(): boolean {
    return (this.#moments ?? this.#coded) !== null;
  }

  /** Gives back moments that were opened to be read; codes stay as they were. */
  closeMoments(): void {
    if (!this.#coded) return;
    for (const moment of this.#moments ?? []) moment.release();
    this.#moments = null;
  }

  /**
   * The moments for steps that keep them in codes, of those there are, or of zeros.
   *
   * @internal
   */
  codeMoments(): CodedMoments {
    if (this.#coded) {
      this.closeMoments();
      return this.#coded;
    }
    this.#coded = new CodedMoments(this.gpu, this.shape, this.#moments);
    this.#moments = null;
    return this.#coded;
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
      this.#releaseMoments();
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
    const moments = this.moments ?? this.gpu.lasting(() => [
      Tensor.zeros(this.gpu, this.shape),
      Tensor.zeros(this.gpu, this.shape),
    ]);
    // Who steps by these changes them, and the codes would be old.
    if (moments !== this.#moments || this.#coded) this.moments = moments;
    return moments;
  }

  /** Calls `change` with each of the moments, if there are any, which it changes in place. */
  changeMoments(change: (moment: Tensor) => void): void {
    if (!this.hasMoments) return;
    const coded = this.#coded !== null;
    this.ensureMoments().forEach(change);
    if (coded) this.codeMoments().code();
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
    const coded = this.#coded !== null;
    if (!this.moments) return;
    const [first, second] = this.ensureMoments();
    this.moments = [anew(first, "moment"), anew(second, "moment")];
    if (coded) this.codeMoments().code();
  }

  /** Gives all its memory back. */
  release(): void {
    this.value.gradient?.release();
    this.value.release();
    this.#releaseMoments();
  }

  #releaseMoments(): void {
    for (const moment of this.#moments ?? []) moment.release();
    this.moments = null;
  }

  #attach(trainable: boolean): void {
    if (trainable) variable(this.value).ownsGradient = true;
  }
}
