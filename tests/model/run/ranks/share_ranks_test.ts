import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { writeSafetensors } from "../../../../data/formats/safetensors.ts";
import { readSplit } from "../../../../data/nuscenes/split_infos.ts";
import { rootsIn } from "../../../../data/occupancy/sample.ts";
import { Initializer } from "../../../../model/init.ts";
import { GaussianFormer } from "../../../../model/occupancy/gaussianformer/network/gaussianformer.ts";
import { ONE_RANK } from "../../../../model/run/ranks/ranks.ts";
import { Rounds } from "../../../../model/run/ranks/rounds.ts";
import { TINY_SAMPLED, withDataset } from "../../../end_to_end/tiny_run.ts";
import { withGpu } from "../../../support.ts";
import { ranksInProcess } from "./in_process.ts";
import { mpiTest, runRanks } from "./mpi.ts";
import { shareWork } from "./shared_work.ts";

Deno.test("what ranks leave in turn is told in order on each, whatever they pass over", async () => {
  // Pieces 0 to 6 on three ranks; 2, 3 and 6 leave nothing.
  const told = await Promise.all(
    ranksInProcess(3).map(async (ranks) => {
      const heard: [number, number][] = [];
      const rounds = new Rounds(ranks, 7, (piece, bytes) => void heard.push([piece, bytes[0]!]));
      for (let place = 0; place * 3 + ranks.rank < 7; place++) {
        const piece = place * 3 + ranks.rank;
        if (![2, 3, 6].includes(piece)) await rounds.add(place, Uint8Array.of(10 + piece));
      }
      await rounds.finish();
      return heard;
    }),
  );
  assertEquals(told, Array(3).fill([0, 1, 4, 5].map((piece) => [piece, 10 + piece])));
});

mpiTest(
  "eval and predict on two ranks leave what one leaves, to the last bit",
  () =>
    withDataset(async (dataDir, folder) => {
      const weights = join(folder, "w.safetensors");
      const places = ["one", "two"].map((name) => ({ dataDir, weights, out: join(folder, name) }));
      // A key frame of the second rank cannot be read.
      const [, broken] = await readSplit(rootsIn(dataDir), "val");
      Deno.removeSync(join(dataDir, "nuscenes", broken!.cameras[0]!.file));
      await withGpu(async (gpu) => {
        const model = new GaussianFormer(new Initializer(gpu, 1), TINY_SAMPLED);
        const tensors = Object.entries(await model.tensors());
        model.release();
        writeSafetensors(
          weights,
          tensors.map(([key, array]) => [key, { dtype: "float32", ...array }]),
        );
        await shareWork(gpu, ONE_RANK, places[0]!);
      });
      const { out } = places[1]!;
      await runRanks(2, new URL("./share_rank.ts", import.meta.url), [dataDir, weights, out]);

      const [one, first, second] = [
        ["one", 0],
        ["two", 0],
        ["two", 1],
      ].map(([name, rank]) =>
        JSON.parse(Deno.readTextFileSync(join(folder, `${name}`, `told.${rank}.json`)))
      );
      assertEquals([one.report.samples, one.report.skipped, one.predicted.length], [3, 1, 4]);
      assertEquals(first, one);
      assertEquals(second, one);
      const files = [...Deno.readDirSync(join(folder, "one/predicted"))].map(({ name }) =>
        `predicted/${name}`
      );
      assertEquals(files.length, 6);
      for (const name of ["dump.npz", ...files]) {
        const [ours, theirs] = ["one", "two"].map((part) =>
          Deno.readFileSync(join(folder, part, name))
        );
        assertEquals(theirs, ours, name);
      }
    }, { scenes: 6, valScenes: 5 }),
);
