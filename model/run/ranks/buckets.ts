import type { Gpu } from "../../../gpu/device.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import type { Ranks } from "./ranks.ts";

/** Numbers of one of several tensors that stand one after the other. */
export interface Run {
  /** Which tensor. */
  readonly of: number;
  readonly first: number;
  readonly length: number;
}

/** What travels together. */
export type Bucket = readonly Run[];

/** Begins to replace values by their sum over ranks; what it returns waits for that. */
export type Sum = (values: Float32Array) => () => Promise<void>;

/** Neighbours among tensors of these sizes that fit into `most` numbers; a tensor larger than that is cut. */
export function bucketsOf(sizes: readonly number[], most: number): Bucket[] {
  const buckets: Run[][] = [];
  let room = 0;
  for (const [of, size] of sizes.entries()) {
    for (let first = 0; first < size;) {
      if (room < Math.min(most, size - first)) {
        buckets.push([]);
        room = most;
      }
      const length = Math.min(room, size - first);
      buckets.at(-1)!.push({ of, first, length });
      room -= length;
      first += length;
    }
  }
  return buckets;
}

/** Buckets that are copied aside on the GPU and not read yet: the memory that they may take. */
const RING = 4;

/**
 * Sums of buckets over ranks that are under way. A GPU runs behind what is encoded, so that its buckets
 * are copied aside and read in turn, some later; a processor that plays GPU has done what it was given.
 */
export class BucketSums {
  readonly #aside: (readonly [bucket: Bucket, take: () => Promise<ArrayBuffer>])[] = [];
  readonly #sums: (readonly [bucket: Bucket, sum: () => Promise<Float32Array>])[] = [];

  constructor(
    private readonly gpu: Gpu,
    private readonly tensorOf: (of: number) => Tensor,
    private readonly sum: Sum,
  ) {}

  /** Sends what a bucket's tensors hold now; the same bucket at the same turn on each rank. */
  async send(bucket: Bucket): Promise<void> {
    const size = bucket.reduce((sum, { length }) => sum + length, 0);
    const together = this.gpu.lasting(() => Tensor.empty(this.gpu, [size]));
    this.#copy(bucket, together, "together");
    this.#aside.push([bucket, this.gpu.readback.aside(together)]);
    together.release();
    while (this.#aside.length > (this.gpu.tuning.runsAhead ? RING : 0)) await this.#take();
  }

  /** Waits for all that were sent, and puts the sums times a factor where their terms were. */
  async finish(factor: number): Promise<void> {
    while (this.#aside.length) await this.#take();
    for (const [bucket, sum] of this.#sums.splice(0)) {
      const values = await sum();
      if (factor !== 1) { for (let i = 0; i < values.length; i++) values[i]! *= factor; }
      const together = this.gpu.lasting(() => Tensor.from(this.gpu, values));
      this.#copy(bucket, together, "apart");
      together.release();
    }
  }

  /** Reads the oldest bucket, and has its sum begin. */
  async #take(): Promise<void> {
    const [bucket, take] = this.#aside.shift()!;
    const values = new Float32Array(await take());
    const wait = this.sum(values);
    // A processor that plays GPU would share its cores with what waits.
    const through = this.gpu.tuning.runsAhead ? wait() : null;
    through?.catch(() => {}); // it is thrown where it is awaited
    const sum = async () => {
      await (through ?? wait());
      return values;
    };
    this.#sums.push([bucket, sum]);
  }

  /** Copies a bucket's runs to where they stand side by side, or from there. */
  #copy(bucket: Bucket, together: Tensor, way: "together" | "apart"): void {
    const { commands } = this.gpu;
    let at = together.byteOffset;
    for (const { of, first, length } of bucket) {
      const { buffer, byteOffset } = this.tensorOf(of);
      const [from, bytes] = [byteOffset + 4 * first, 4 * length];
      if (way === "together") commands.copyBuffer(buffer, from, together.buffer, at, bytes);
      else commands.copyBuffer(together.buffer, at, buffer, from, bytes);
      at += bytes;
    }
  }
}

/** Numbers that travel together: 16 MiB, which is what the way back from the GPU keeps buffers for. */
const MOST = 1 << 22;

/** Replaces tensors f32 by their sums over ranks. Every rank gets the same bits. */
export async function sumOverRanks(
  gpu: Gpu,
  ranks: Ranks,
  tensors: readonly Tensor[],
  factor = 1,
): Promise<void> {
  const sums = new BucketSums(gpu, (of) => tensors[of]!, (values) => {
    const through = ranks.sum(values);
    through.catch(() => {}); // it is thrown where it is awaited
    return () => through;
  });
  for (const bucket of bucketsOf(tensors.map(({ size }) => size), MOST)) await sums.send(bucket);
  await sums.finish(factor);
}
