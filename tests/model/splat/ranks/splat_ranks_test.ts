import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readSplatCheckpoint } from "../../../../model/splat/training/splat_checkpoint.ts";
import type { SplatEvent } from "../../../../model/splat/training/train_events.ts";
import { mpiTest, runRanks } from "../../run/ranks/mpi.ts";
import { withGpu } from "../../../support.ts";
import { withTinyScene } from "../tiny_scene.ts";
import { runOf, RUNS } from "./ranks_runs.ts";

const SCRIPT = new URL("./splat_rank.ts", import.meta.url);

/** What is told of iterations, without what is of one process: where files are, how long it took. */
function told(events: readonly SplatEvent[]): SplatEvent[] {
  return events.filter(({ type }) =>
    ["step", "densified", "relocated", "reset", "evaluated", "skipped"].includes(type)
  );
}

mpiTest(
  "two ranks of a view each train as one process with two views, and resume",
  () =>
    withTinyScene(async (scene, path) => {
      const out = path("out");
      Deno.mkdirSync(out);
      const names = Object.keys(RUNS);
      await runRanks(2, SCRIPT, [
        scene,
        out,
        ...names,
        "absgrad+parts",
        `absgrad@${join(out, "absgrad", "chkpnt5.safetensors")}`,
      ]);
      const eventsOf = (name: string, rank: number): SplatEvent[] =>
        Deno.readTextFileSync(join(out, `${name}.${rank}.jsonl`)).trim().split("\n")
          .map((line) => JSON.parse(line));
      await withGpu(async (gpu) => {
        for (const name of names) {
          const folder = path(`alone_${name}`);
          Deno.mkdirSync(folder);
          const alone = await runOf(gpu, {
            scene,
            name,
            folder,
            checkpointIterations: [10],
            config: { batch_views: 2 },
          });
          // A sum of two is the same in either order: the same bits, of losses, decisions and measures.
          const expected = JSON.parse(JSON.stringify(told(alone.events)));
          for (const rank of [0, 1]) assertEquals(told(eventsOf(name, rank)), expected, name);
          assert(
            expected.some(({ type }: SplatEvent) => type === "densified" || type === "relocated"),
          );
          const [ours, theirs] = [join(out, name), folder].map((folder) =>
            readSplatCheckpoint(join(folder, "chkpnt10.safetensors")).checkpoint
          );
          assertEquals(ours!.weights, theirs!.weights, name);
          assertEquals(ours!.moments, theirs!.moments, name);
          assertEquals([ours!.state.ranks, theirs!.state.ranks], [2, undefined]);
          assertEquals([ours!.state.drawn, theirs!.state.drawn], [20, 20]);
        }
      });
      assertEquals(told(eventsOf("absgrad+parts", 1)), told(eventsOf("absgrad", 1)));
      const late = told(eventsOf("absgrad", 0)).filter((event) =>
        "iteration" in event && event.iteration > 5
      );
      assertEquals(told(eventsOf("absgrad_resumed", 0)), late);
    }),
);
