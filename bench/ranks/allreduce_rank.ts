/** One rank of `allreduce.ts`: the same as `allreduce.c` through `Ranks`. */
import { joinRanks } from "../../model/run/ranks/mpi/mpi_ranks.ts";
import { launched } from "../../model/run/ranks/launched.ts";

const [rounds, ...sizes] = Deno.args;
const ranks = joinRanks(launched((name) => Deno.env.get(name))!);
for (const size of sizes) {
  const values = new Float32Array(Number(size) << 18);
  let best = Infinity;
  // Small ones pass between two looks of the scheduler; more tries find one that did.
  const count = Number(rounds) + Math.floor(512 / Number(size));
  for (let round = 0; round < count; round++) {
    await ranks.barrier();
    const began = performance.now();
    await ranks.sum(values);
    best = Math.min(best, performance.now() - began);
  }
  if (ranks.rank === 0) console.log(`${size} ${best}`);
}
await ranks.finish();
