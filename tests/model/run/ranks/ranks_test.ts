import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { launched } from "../../../../model/run/ranks/launched.ts";
import { joinRanks } from "../../../../model/run/ranks/mpi/mpi_ranks.ts";
import { positionAmong, seedOf, sharedOut } from "../../../../model/run/ranks/shares.ts";
import { assertSame, gatherValues, ONE_RANK } from "../../../../model/run/ranks/ranks.ts";
import type { MpiLibrary } from "../../../../model/run/ranks/mpi/library.ts";
import { ranksInProcess } from "./in_process.ts";
import { mpiTest, runRanks } from "./mpi.ts";

Deno.test("what launchers set is read, and nothing else is taken for it", () => {
  const table: [Record<string, string>, ReturnType<typeof launched>][] = [
    [{}, null],
    [
      { PMI_RANK: "1", PMI_SIZE: "4", MPI_LOCALRANKID: "1" },
      { launcher: "MPICH's mpirun", rank: 1, size: 4, localRank: 1 },
    ],
    [
      { OMPI_COMM_WORLD_RANK: "0", OMPI_COMM_WORLD_SIZE: "2", OMPI_COMM_WORLD_LOCAL_RANK: "0" },
      { launcher: "Open MPI's mpirun", rank: 0, size: 2, localRank: 0 },
    ],
    [
      { SLURM_PROCID: "3", SLURM_NTASKS: "8", SLURM_STEP_ID: "0" },
      { launcher: "srun", rank: 3, size: 8, localRank: null },
    ],
    [
      {
        SLURM_PROCID: "1",
        SLURM_NTASKS: "2",
        SLURM_STEP_ID: "0",
        SLURM_LOCALID: "1",
        PMIX_RANK: "1",
      },
      { launcher: "srun with PMIx", rank: 1, size: 2, localRank: 1 },
    ],
    // The shell of an allocation, a rank past the size, words in place of numbers.
    [{ SLURM_PROCID: "0", SLURM_NTASKS: "8" }, null],
    [{ PMI_RANK: "4", PMI_SIZE: "4" }, null],
    [{ PMI_RANK: "one", PMI_SIZE: "4" }, null],
    [{ PMI_RANK: "0" }, null],
  ];
  for (const [environment, place] of table) {
    assertEquals(launched((name) => environment[name]), place, JSON.stringify(environment));
  }
});

Deno.test("one rank is the identity", async () => {
  const values = Float32Array.of(1, 2);
  await ONE_RANK.sum(values);
  assertEquals([...values], [1, 2]);
  assertEquals(await ONE_RANK.gather(Uint8Array.of(7)), [Uint8Array.of(7)]);
  assertEquals(await ONE_RANK.exchange([values]), [values]);
  await assertSame(ONE_RANK, "settings", "x");
});

Deno.test("a run that another number of ranks goes on with is where that one was", () => {
  const position = { epoch: 2, index: 6 };
  for (
    const [size, ranks, index] of [[1, undefined, 6], [2, 2, 6], [3, 2, 4], [1, 2, 12]] as const
  ) {
    assertEquals(
      positionAmong({ size }, { position, ...(ranks ? { ranks } : {}) }),
      { epoch: 2, index },
    );
  }
  assertEquals(seedOf(42, 0), 42);
  assertEquals(new Set([0, 1, 2, 3].map((rank) => seedOf(42, rank))).size, 4);
});

Deno.test("ranks without a library, or under another's launcher, are refused", () => {
  const place = { launcher: "MPICH's mpirun" as const, rank: 0, size: 2, localRank: 0 };
  const error = assertThrows(() => joinRanks(place, []), Error, "no MPI library is installed");
  assertEquals((error as { hint?: string }).hint, "On Debian or Ubuntu: apt-get install mpich");
  // Of libraries side by side the launcher's is taken; where it is not among them, all are named.
  for (
    const [launcher, ...versions] of [
      ["MPICH's mpirun", "Open MPI v4.1.4"],
      ["Open MPI's mpirun", "MPICH 4.0.2", "MPICH 5.0.0"],
    ] as const
  ) {
    const libraries = versions.map((version) => ({ version }) as MpiLibrary);
    assertThrows(
      () => joinRanks({ ...place, launcher }, libraries),
      Error,
      `the library is ${versions.join(" and ")}, which does not know that launcher`,
    );
  }
});

Deno.test("ranks in one process talk as those under mpirun do", async () => {
  const all = ranksInProcess(2);
  const blocks = [[[1], [2, 3]], [[], [4]]].map((rows) =>
    rows.map((row) => Float32Array.from(row))
  );
  const got = await Promise.all(all.map(async (ranks) => {
    const values = Float64Array.of(ranks.rank, 1);
    const most = Uint32Array.of(ranks.rank);
    await ranks.sum(values);
    await ranks.largest(most);
    return [...values, ...most, (await ranks.exchange(blocks[ranks.rank]!)).map((b) => [...b])];
  }));
  assertEquals(got, [[1, 2, 1, [[1], []]], [1, 2, 1, [[2, 3], [4]]]]);
});

Deno.test("ranks that differ are told apart, on each of them", async () => {
  await Promise.all(
    ranksInProcess(2).map((ranks) =>
      assertRejects(
        () => assertSame(ranks, "the program", `voxsplat 0.${ranks.rank + 1}`),
        Error,
        'the program of rank 1 is "voxsplat 0.2", that of rank 0 is "voxsplat 0.1"',
      )
    ),
  );
});

Deno.test("what one rank cannot do fails on all, with the first such item", async () => {
  const work = (item: string) =>
    item === "b" || item === "c"
      ? Promise.reject(new RangeError(`no ${item}`))
      : Promise.resolve([item.length, Infinity]);
  const all = (items: string[]) =>
    ranksInProcess(2).map((ranks) => sharedOut(ranks, items, 2, work));
  for (const values of await Promise.all(all(["a", "aa", "aaa"]))) {
    assertEquals(values.map((row) => [...row]), [[1, Infinity], [2, Infinity], [3, Infinity]]);
  }
  await Promise.all(all(["a", "b", "c"]).map((one) => assertRejects(() => one, Error, "no b")));
  assertEquals(await gatherValues(ONE_RANK, Infinity), [Infinity]);
});

mpiTest("ranks add up, find the largest, broadcast, gather and exchange", async () => {
  const out = await runRanks(3, new URL("./talk.ts", import.meta.url), []);
  const lines = out.trim().split("\n").map((line) => JSON.parse(line))
    .sort((a, b) => a.rank - b.rank);
  assertEquals(lines.map(({ rank }) => rank), [0, 1, 2]);
  for (const { rank, size, localRank, localSize, host: _, ...rest } of lines) {
    assertEquals([size, localRank, localSize], [3, rank, 3]);
    assertEquals(rest, {
      aside: [3],
      between: [3],
      later: [3],
      floats: [3, 3, 1.5],
      doubles: [6],
      counts: [3, 2 ** 31],
      largest: [2, -1],
      smallest: [0, 2],
      most: [2 ** 31 + 2],
      broadcast: [9, 8, 7],
      after: [3],
      gathered: ["", "x", "xx"],
      exchanged: [0, 1, 2].map((from) => Array(from + rank).fill(10 * from + rank)),
    });
  }
});

mpiTest("a rank that fails, or is killed, ends all", async () => {
  for (const [word, says] of [["fail", /rank 1 fails on purpose/], ["killed", /^/]] as const) {
    const began = performance.now();
    const script = new URL("./talk.ts", import.meta.url);
    const told = await runRanks(2, script, [word], { fails: true });
    assert(says.test(told), told);
    assert(performance.now() - began < 30_000);
  }
});
