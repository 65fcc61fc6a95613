import type { Gpu } from "../../../gpu/device.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import type { Ranks } from "./ranks.ts";

/** Numbers that travel together: 25 MiB of f32, as in PyTorch's DistributedDataParallel. */
const BUCKET = 25 * 1024 * 256;

/** Replaces tensors f32 by their means over ranks, as `sumOverRanks` does by their sums. */
export function meanOverRanks(gpu: Gpu, ranks: Ranks, tensors: readonly Tensor[]): Promise<void> {
  return sumOverRanks(gpu, ranks, tensors, 1 / ranks.size);
}

/**
 * Replaces tensors f32 by their sums over ranks times a factor. They travel in buckets: while one is
 * summed by the engine, the next is read from the GPU. Every rank gets the same bits.
 */
export async function sumOverRanks(
  gpu: Gpu,
  ranks: Ranks,
  tensors: readonly Tensor[],
  factor = 1,
): Promise<void> {
  const sums: { readonly bucket: readonly Run[]; readonly sum: Promise<Float32Array> }[] = [];
  for (const bucket of bucketsOf(tensors)) {
    const values = await readTogether(gpu, bucket);
    const sum = ranks.sum(values).then(() => values);
    sum.catch(() => {}); // it is thrown where it is awaited
    sums.push({ bucket, sum });
  }
  for (const { bucket, sum } of sums) {
    const values = await sum;
    if (factor !== 1) { for (let i = 0; i < values.length; i++) values[i]! *= factor; }
    let at = 0;
    for (const { tensor, first, length } of bucket) {
      const place = tensor.viewAt(tensor.byteOffset + 4 * first, [length]);
      place.write(values.subarray(at, at += length));
      place.release();
    }
  }
}

/** Numbers of a tensor that stand one after the other. */
interface Run {
  readonly tensor: Tensor;
  readonly first: number;
  readonly length: number;
}

/** Neighbours that fit into a bucket; a tensor larger than that is cut. */
function bucketsOf(tensors: readonly Tensor[]): Run[][] {
  const buckets: Run[][] = [];
  let room = 0;
  for (const tensor of tensors) {
    for (let first = 0; first < tensor.size;) {
      if (room < Math.min(BUCKET, tensor.size - first)) {
        buckets.push([]);
        room = BUCKET;
      }
      const length = Math.min(room, tensor.size - first);
      buckets.at(-1)!.push({ tensor, first, length });
      room -= length;
      first += length;
    }
  }
  return buckets;
}

async function readTogether(gpu: Gpu, runs: readonly Run[]): Promise<Float32Array> {
  using _scope = gpu.scope();
  const together = Tensor.empty(gpu, [runs.reduce((sum, { length }) => sum + length, 0)]);
  let at = together.byteOffset;
  for (const { tensor: { buffer, byteOffset }, first, length } of runs) {
    gpu.commands.copyBuffer(buffer, byteOffset + 4 * first, together.buffer, at, 4 * length);
    at += 4 * length;
  }
  return await together.read("f32");
}
