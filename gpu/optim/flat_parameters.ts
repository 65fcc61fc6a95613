import { bindingAlignment, mostBound } from "../binding/limit.ts";
import type { Gpu } from "../device.ts";
import type { Parameter } from "../parameter.ts";
import { Tensor } from "../tensor.ts";
import type { SteppedParameter } from "./adamw.ts";

/** Where a parameter lies: which bucket, and from which value of it on. */
interface Place {
  readonly bucket: Bucket;
  readonly start: number;
}

/** Parameters side by side, those of a group next to each other. */
interface Bucket {
  readonly size: number;
  readonly value: Tensor;
  gradient: Tensor | null;
  moments: [Tensor, Tensor] | null;
}

/** What parameters of one group fill of one bucket. */
interface Stretch {
  readonly group: number;
  readonly bucket: number;
  readonly start: number;
  end: number;
}

/**
 * Trainable parameters of several groups, moved into a few buckets of memory: one dispatch steps all
 * of a group's, one measures all gradients, and what several ranks sum lies in one piece. Each
 * parameter keeps its own value, gradient and moments, which are views of the buckets from then on.
 */
export class FlatParameters {
  readonly #gpu: Gpu;
  readonly #buckets: Bucket[] = [];
  readonly #places = new Map<Parameter, Place>();
  readonly #stretches: Stretch[] = [];

  /** A bucket can be bound whole, unless a single parameter is larger than that. */
  constructor(gpu: Gpu, groups: readonly (readonly Parameter[])[]) {
    this.#gpu = gpu;
    const align = Math.max(16, bindingAlignment(gpu)) / 4;
    const most = mostBound(gpu) / 4;
    let planned: [Parameter, number][] = [];
    let end = 0;
    const close = () => {
      if (planned.length) this.#move(planned, end);
      planned = [];
      end = 0;
    };
    groups.forEach((parameters, group) => {
      for (const parameter of parameters) {
        const size = Math.ceil(parameter.value.size / align) * align;
        if (end + size > most) close();
        const bucket = this.#buckets.length;
        const last = this.#stretches.at(-1);
        if (last?.group === group && last.bucket === bucket) last.end += size;
        else this.#stretches.push({ group, bucket, start: end, end: end + size });
        planned.push([parameter, end]);
        end += size;
      }
    });
    close();
  }

  /**
   * What a group's parameters fill, as parameters of their own, which one dispatch steps each; the
   * tensors are views for the scope that is open. Gradients and moments must have been gathered.
   */
  stretches(group: number): SteppedParameter[] {
    return this.#stretches.filter((stretch) => stretch.group === group)
      .map(({ bucket, start, end }) => {
        const { value, gradient, moments } = this.#buckets[bucket]!;
        const of = (tensor: Tensor) => tensor.window(start, end);
        const own: [Tensor, Tensor] = [of(moments![0]), of(moments![1])];
        return {
          gpu: this.#gpu,
          trainable: true,
          value: of(value),
          gradient: of(gradient!),
          ensureMoments: () => own,
        };
      });
  }

  /**
   * Moves all gradients into their places, zeros where backward left none, and returns the buckets;
   * to be called before each step, once the last backward pass is done.
   */
  gatherGradients(): readonly Tensor[] {
    for (const bucket of this.#buckets) {
      bucket.gradient ??= this.#gpu.lasting(() => Tensor.zeros(this.#gpu, [bucket.size]));
    }
    for (const [{ value }, { bucket, start }] of this.#places) {
      const { gradient } = value;
      if (gradient?.storage === bucket.gradient!.storage) continue;
      const place = this.#view(bucket.gradient!, start, value.shape);
      if (gradient) {
        this.#gpu.commands.copy(gradient, place);
        gradient.release();
      }
      value.gradient = place;
    }
    return this.#buckets.map(({ gradient }) => gradient!);
  }

  /** Makes moments of zeros beside each other, or moves those that parameters have already. */
  gatherMoments(): void {
    for (const bucket of this.#buckets) {
      bucket.moments ??= this.#gpu.lasting(() => [
        Tensor.zeros(this.#gpu, [bucket.size]),
        Tensor.zeros(this.#gpu, [bucket.size]),
      ]);
    }
    for (const [parameter, { bucket, start }] of this.#places) {
      if (parameter.moments?.[0].storage === bucket.moments![0].storage) continue;
      const places = bucket.moments!.map((moment) => this.#view(moment, start, parameter.shape));
      parameter.moments?.forEach((moment, i) => {
        this.#gpu.commands.copy(moment, places[i]!);
        moment.release();
      });
      parameter.moments = places as [Tensor, Tensor];
    }
  }

  /** Gives the gradients back. */
  zeroGradients(): void {
    for (const parameter of this.#places.keys()) parameter.zeroGradient();
    for (const bucket of this.#buckets) {
      bucket.gradient?.release();
      bucket.gradient = null;
    }
  }

  /** Lets go of the buckets, which stay as long as parameters lie in them. */
  release(): void {
    for (const { value, gradient, moments } of this.#buckets) {
      for (const tensor of [value, gradient, ...moments ?? []]) tensor?.release();
    }
  }

  #move(planned: readonly (readonly [Parameter, number])[], size: number): void {
    const value = this.#gpu.lasting(() => Tensor.zeros(this.#gpu, [size]));
    const bucket: Bucket = { size, value, gradient: null, moments: null };
    this.#buckets.push(bucket);
    for (const [parameter, start] of planned) {
      this.#places.set(parameter, { bucket, start });
      parameter.moveInto(this.#view(value, start, parameter.shape));
    }
  }

  #view(bucket: Tensor, start: number, shape: readonly number[]): Tensor {
    return this.#gpu.lasting(() => bucket.viewAt(bucket.byteOffset + 4 * start, shape));
  }
}
