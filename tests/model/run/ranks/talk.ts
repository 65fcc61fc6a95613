/**
 * One rank that tries all that ranks can say to each other; the words "fail" and "killed" end rank 1 in
 * between, by its own will or another's.
 */
import { launched } from "../../../../model/run/ranks/launched.ts";
import { joinRanks } from "../../../../model/run/ranks/mpi/mpi_ranks.ts";
import { gatherValues } from "../../../../model/run/ranks/ranks.ts";

const ranks = joinRanks(launched((name) => Deno.env.get(name))!);
const { rank, size, localRank, localSize } = ranks;
if (Deno.args[0] === "fail" && rank === 1) {
  console.error("rank 1 fails on purpose");
  // The launcher ends all at once, and drops what it has not passed on yet.
  await new Promise((resolve) => setTimeout(resolve, 500));
  ranks.abort(3);
}
if (Deno.args[0] === "killed" && rank === 1) Deno.kill(Deno.pid, "SIGKILL");
const floats = Float32Array.of(1, rank, 0.5);
const doubles = Float64Array.of(rank + 1);
const counts = Uint32Array.of(1, rank === 0 ? 2 ** 31 : 0);
const largest = Float64Array.of(rank, -1 - rank);
const broadcast = rank === 0 ? Uint8Array.of(9, 8, 7) : new Uint8Array(3);
// Asked for at once, they still go out one after the other.
await Promise.all([
  ranks.sum(floats),
  ranks.sum(doubles),
  ranks.sum(counts),
  ranks.largest(largest),
  ranks.broadcast(broadcast),
]);
// Begun at once, and seen through while others are: small ones in between go out in their turn.
const [aside, later] = [new Float32Array(1 << 20).fill(rank), Float32Array.of(rank)];
const between = Float32Array.of(1);
const waits = [ranks.sumAside(aside)];
const summing = ranks.sum(between);
waits.push(ranks.sumAside(later));
await Promise.all([summing, ...waits.map((wait) => wait())]);
if (aside.some((value) => value !== aside[0])) throw new Error("a sum aside is not whole");
const smallest = Float32Array.of(-rank, rank);
const most = Uint32Array.of(2 ** 31 + rank);
await Promise.all([ranks.largest(smallest), ranks.largest(most)]);
const gathered = await gatherValues(ranks, "x".repeat(rank));
// Rank r sends r + to words to rank `to`, none from 0 to itself; bits pass unchanged.
const blocks = Array.from(
  { length: size },
  (_, to) => new Float32Array(Uint32Array.of(...Array(rank + to).fill(10 * rank + to)).buffer),
);
// What goes out after it waits until all of it is through, on whichever rank is ahead.
const exchanging = ranks.exchange(blocks);
if (rank === 1) await new Promise((resolve) => setTimeout(resolve, 50));
const after = Float32Array.of(1);
await ranks.sum(after);
const exchanged = (await exchanging).map((block) => [...new Uint32Array(block.slice().buffer)]);
await ranks.barrier();
const told = {
  aside: aside.subarray(0, 1),
  floats,
  doubles,
  counts,
  largest,
  smallest,
  most,
  broadcast,
  after,
  between,
  later,
};
const lists = Object.fromEntries(
  Object.entries(told).map(([key, values]) => [key, [...values as Iterable<number>]]),
);
console.log(
  JSON.stringify({
    rank,
    size,
    localRank,
    localSize,
    host: Deno.hostname(),
    ...lists,
    gathered,
    exchanged,
  }),
);
await ranks.finish();
