import { assert, assertEquals } from "@std/assert";
import { Tensor } from "../../../../gpu/tensor.ts";
import { sumOverRanks } from "../../../../model/run/ranks/buckets.ts";
import { ONE_RANK, type Ranks } from "../../../../model/run/ranks/ranks.ts";
import { gpuTest } from "../../../support.ts";

const BUCKET = 1 << 22;

gpuTest("tensors of all sizes are summed, those larger than a bucket in runs", async (gpu) => {
  const lengths: number[] = [];
  // Two ranks that have the same numbers.
  const ranks: Ranks = {
    ...ONE_RANK,
    size: 2,
    sum: (values) => {
      lengths.push(values.length);
      for (let i = 0; i < values.length; i++) values[i]! *= 2;
      return Promise.resolve();
    },
  };
  const large = new Float32Array(BUCKET + 5);
  large.set([7, 8, 9], BUCKET - 4);
  const tensors = [
    Tensor.from(gpu, Float32Array.of(1, 2), [2, 1]),
    Tensor.zeros(gpu, [0, 3]),
    Tensor.from(gpu, large),
    Tensor.from(gpu, Float32Array.of(3)),
  ];
  const small = async () => [
    ...await tensors[0]!.read("f32"),
    ...(await tensors[2]!.read("f32")).subarray(BUCKET - 5, BUCKET),
    ...await tensors[3]!.read("f32"),
  ];
  await sumOverRanks(gpu, ranks, tensors);
  assertEquals(await small(), [2, 4, 0, 14, 16, 18, 0, 6]);
  assert(lengths.every((length) => length <= BUCKET), lengths.join());
  assertEquals(lengths.reduce((sum, length) => sum + length), BUCKET + 8);
  await sumOverRanks(gpu, ranks, tensors, 1 / ranks.size);
  assertEquals(await small(), [2, 4, 0, 14, 16, 18, 0, 6]);
});
