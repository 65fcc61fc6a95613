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
  const sums: { readonly bucket: readonly Tensor[]; readonly sum: Promise<Float32Array> }[] = [];
  for (const bucket of bucketsOf(tensors)) {
    const values = await readTogether(gpu, bucket);
    const sum = ranks.sum(values).then(() => values);
    sum.catch(() => {}); // it is thrown where it is awaited
    sums.push({ bucket, sum });
  }
  for (const { bucket, sum } of sums) {
    const values = await sum;
    let at = 0;
    for (const tensor of bucket) {
      const all = values.subarray(at, at += tensor.size);
      if (factor !== 1) { for (let i = 0; i < all.length; i++) all[i]! *= factor; }
      tensor.write(all);
    }
  }
}

/** Neighbours that fit into a bucket; a tensor larger than that has one to itself. */
function bucketsOf(tensors: readonly Tensor[]): Tensor[][] {
  const buckets: Tensor[][] = [];
  let size = Infinity;
  for (const tensor of tensors) {
    if (size + tensor.size > BUCKET) {
      buckets.push([]);
      size = 0;
    }
    buckets.at(-1)!.push(tensor);
    size += tensor.size;
  }
  return buckets;
}

async function readTogether(gpu: Gpu, tensors: readonly Tensor[]): Promise<Float32Array> {
  using _scope = gpu.scope();
  const size = tensors.reduce((sum, tensor) => sum + tensor.size, 0);
  const together = Tensor.empty(gpu, [size]);
  let at = together.byteOffset;
  for (const { buffer, byteOffset, bytes } of tensors) {
    gpu.commands.copyBuffer(buffer, byteOffset, together.buffer, at, bytes);
    at += bytes;
  }
  return await together.read("f32");
}
