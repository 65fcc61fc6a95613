import type { Gpu } from "../../../gpu/device.ts";
import type { Parameter } from "../../../gpu/parameter.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import { type Bucket, bucketsOf, BucketSums, type Sum, sumOverRanks } from "./buckets.ts";
import { sumInHalves } from "./halves.ts";
import type { Ranks } from "./ranks.ts";

/** How gradients travel between ranks. */
export const GRADIENT_WORDS = ["f32", "f16"] as const;
/** One of these. */
export type GradientWords = typeof GRADIENT_WORDS[number];

/**
 * Numbers of a bucket: an eighth of all, so that seven travel while the last one is computed, from 1 MiB,
 * where sending costs more than what is sent, to 16 MiB.
 */
const [FEWEST, MOST, PARTS] = [1 << 18, 1 << 22, 8];

/**
 * Replaces a step's gradients by their means over ranks, bucket by bucket while the backward pass still
 * runs. Buckets hold parameters in the reverse of their order, in which modules run: the order in which
 * their gradients are finished, but for few, and the same on every rank, whatever its key frames leave
 * out, and in a run that goes on.
 */
export class GradientMeans {
  readonly #parameters: readonly Parameter[];
  readonly #place: ReadonlyMap<Tensor, number>;
  readonly #buckets: readonly Bucket[];
  readonly #sums: BucketSums;
  readonly #whole = new Set<number>();
  #next = 0;

  constructor(
    private readonly gpu: Gpu,
    private readonly ranks: Ranks,
    { parameters, words }: {
      readonly parameters: readonly Parameter[];
      readonly words: GradientWords;
    },
  ) {
    this.#parameters = parameters.toReversed();
    this.#place = new Map(this.#parameters.map(({ value }, i) => [value, i]));
    const sizes = this.#parameters.map(({ value }) => value.size);
    const part = Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / PARTS);
    this.#buckets = bucketsOf(sizes, Math.min(MOST, Math.max(FEWEST, part)));
    // Halves take several calls a bucket, which nothing may come between on any rank.
    let last = Promise.resolve();
    const sum: Sum = words === "f16"
      ? (values) => {
        const through = last = last.then(() => sumInHalves(ranks, values));
        through.catch(() => {}); // it is thrown where it is awaited
        return () => through;
      }
      : (values) => ranks.sumAside(values);
    this.#sums = new BucketSums(gpu, (of) => this.#parameters[of]!.gradient!, sum);
  }

  /** Notes values whose gradients nothing more is added to, and sends the buckets that are whole by then. */
  async note(values: readonly Tensor[]): Promise<void> {
    for (const value of values) {
      const of = this.#place.get(value);
      if (of !== undefined) this.#whole.add(of);
    }
    while (this.#buckets[this.#next]?.every(({ of }) => this.#whole.has(of))) {
      await this.#sums.send(this.#buckets[this.#next++]!);
    }
  }

  /** Sends what is left, the means of `others` with it, and waits for all. */
  async finish(others: readonly Tensor[]): Promise<void> {
    for (const bucket of this.#buckets.slice(this.#next)) await this.#sums.send(bucket);
    this.#next = 0;
    this.#whole.clear();
    const factor = 1 / this.ranks.size;
    await this.#sums.finish(factor);
    await sumOverRanks(this.gpu, this.ranks, others, factor);
  }
}
