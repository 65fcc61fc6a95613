import { assert, assertEquals } from "@std/assert";
import {
  gaussianPlyChunks,
  gaussianPlyChunksFrom,
} from "../../../../data/splats/ply/gaussian_ply.ts";
import { sliceSplats, type Splats } from "../../../../data/splats/splats.ts";
import { streamOf } from "../../../../data/splats/splat_stream.ts";
import { Gpu } from "../../../../gpu/device.ts";
import { Gaussians } from "../../../../model/splat/gaussians.ts";
import { balanceParts, runsOf } from "../../../../model/splat/shards/balance.ts";
import { arrived, arrivingSplats } from "../../../../model/splat/shards/gather_parts.ts";
import { drawsByRank, ofOwnRun } from "../../../../model/splat/shards/own_draws.ts";
import { evenParts, Parts } from "../../../../model/splat/shards/parts.ts";
import { gpuTest, noise } from "../../../support.ts";
import { ranksInProcess } from "../../run/ranks/in_process.ts";

Deno.test("parts are even, and runs of rows go where they belong", () => {
  assertEquals(evenParts(10, 3), [3, 3, 4]);
  assertEquals(evenParts(2, 2), [1, 1]);
  for (const counts of [[10, 2, 0], [0, 0, 12], [1, 10, 1], [4, 4, 4], [0, 12, 0]]) {
    const goal = evenParts(12, 3);
    let first = 0;
    const got = [0, 0, 0];
    for (const count of counts) {
      const runs = runsOf({ first, count }, goal);
      assertEquals(runs.reduce((sum, run) => sum + run.count, 0), count);
      for (const [rank, run] of runs.entries()) {
        assert(run.first >= 0 && run.first + run.count <= count, JSON.stringify(runs));
        // A run begins where the rank's rows so far end.
        if (run.count) assertEquals(first + run.first, 4 * rank + got[rank]!);
        got[rank]! += run.count;
      }
      first += count;
    }
    assertEquals(got, goal);
  }
});

Deno.test("draws fall to ranks by weight, all of them", () => {
  assertEquals(drawsByRank([1, 1], 4), [2, 2]);
  assertEquals(drawsByRank([1, 1, 1], 4), [2, 1, 1]);
  assertEquals(drawsByRank([0, 3, 1], 4), [0, 3, 1]);
  assertEquals(drawsByRank([0, 0], 3), [2, 1]);
  assertEquals(drawsByRank([0.3, 0.3, 0.4], 0), [0, 0, 0]);
});

Deno.test("ranks draw from places of the stream of their own, and leave it at one place", () => {
  const random = { counter: 100 };
  const gpu = { random } as unknown as Gpu;
  const places = ranksInProcess(3).map((ranks) => {
    random.counter = 100;
    const numbers = (count: number) => 3 * count;
    const at = ofOwnRun(gpu, new Parts(ranks, [5, 2, 4]), { numbers, draw: () => random.counter });
    return [at, random.counter];
  });
  // Blocks of four numbers: 15, 6 and 12 numbers.
  assertEquals(places, [[100, 109], [104, 109], [106, 109]]);
});

function splatsOf(count: number): Splats {
  const column = (seed: number, width: number) => Float32Array.from(noise(seed, width * count));
  return {
    count,
    degree: 1,
    positions: column(1, 3),
    logScales: column(2, 3),
    quaternions: column(3, 4),
    opacities: column(4, 1),
    shDc: column(5, 3),
    shRest: column(6, 9),
  };
}

gpuTest(
  "parts far from even move, moments and order kept, and arrive whole on rank 0",
  async (gpu) => {
    const all = splatsOf(11);
    const other = await Gpu.open();
    try {
      for (const counts of [[9, 2], [0, 11], [11, 0], [6, 5]]) {
        const spread = ranksInProcess(2).map((ranks, rank) => {
          const parts = new Parts(ranks, counts);
          const { first } = parts;
          const own = sliceSplats(all, first, first + counts[rank]!);
          return { parts, gaussians: new Gaussians([gpu, other][rank]!, own) };
        });
        for (const { gaussians, parts } of spread) {
          // The second moment of a value is its double.
          const values = all.opacities.slice(parts.first, parts.first + gaussians.count);
          gaussians.opacity.ensureMoments()[1].write(values.map((value) => 2 * value));
        }
        await Promise.all(spread.map(({ parts, gaussians }) => balanceParts(parts, gaussians)));
        const even = counts[0] === 6 ? [6, 5] : [5, 6];
        assertEquals(spread.map(({ gaussians }) => gaussians.count), even);
        assertEquals(spread.map(({ parts }) => parts.counts), [even, even]);
        const moments = await Promise.all(
          spread.map(({ gaussians }) => gaussians.opacity.moments![1].read("f32")),
        );
        assertEquals([...moments[0]!, ...moments[1]!], [
          ...all.opacities.map((value) => 2 * value),
        ]);
        // 23 numbers each: two Gaussians a piece.
        const [whole] = await Promise.all(spread.map(async ({ parts, gaussians }, rank) => {
          const arriving = arrivingSplats(parts, gaussians, 60);
          if (rank === 0) return await arrived(arriving);
          for await (const _ of arriving.blocks()) throw new Error("rank 1 gets none");
        }));
        assertEquals(whole, all);
        for (const { gaussians } of spread) gaussians.release();
      }
    } finally {
      other.destroy();
    }
  },
);

Deno.test("a PLY of Gaussians that arrive in parts has the bytes of one written at once", async () => {
  const all = { ...splatsOf(7), antialiased: true };
  const bytes = async (chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) => {
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) parts.push(chunk.slice());
    return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
  };
  const { count, degree, antialiased } = all;
  const arriving = {
    count,
    degree,
    antialiased,
    async *blocks() {
      yield await Promise.resolve(sliceSplats(all, 0, 3));
      yield sliceSplats(all, 3, 7);
    },
  };
  assertEquals(
    await bytes(gaussianPlyChunksFrom(arriving)),
    await bytes(gaussianPlyChunks(streamOf(all))),
  );
});
