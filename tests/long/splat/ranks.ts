import { assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readSplatCheckpoint } from "../../../model/splat/training/splat_checkpoint.ts";
import type { SplatEvent } from "../../../model/splat/training/train_events.ts";
import { isInstalled, runRanks } from "../../model/run/ranks/mpi.ts";
import { runOf, RUNS } from "../../model/splat/ranks/ranks_runs.ts";
import { withTinyScene } from "../../model/splat/tiny_scene.ts";
import { withGpu } from "../../support.ts";

const RANKS = 3;
const SCRIPT = new URL("../../model/splat/ranks/splat_rank.ts", import.meta.url);

/** Steps and decisions. */
function told(events: readonly SplatEvent[]) {
  const losses = events.flatMap((event) => event.type === "step" ? [event.loss] : []);
  const decisions = events.filter(({ type }) => type === "densified" || type === "relocated");
  return { losses, decisions };
}

for (const mpirun of ["mpirun.mpich", "mpirun.openmpi"]) {
  Deno.test({
    name: `three ranks under ${mpirun} train as one process with three views, whole and in parts`,
    ignore: !isInstalled(mpirun),
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () =>
      withTinyScene(async (scene, path) => {
        const out = path("out");
        Deno.mkdirSync(out);
        const names = Object.keys(RUNS).flatMap((name) => [name, `${name}+parts`]);
        await runRanks(RANKS, SCRIPT, [scene, out, ...names], { mpirun });
        const eventsOf = (name: string, rank: number): SplatEvent[] =>
          Deno.readTextFileSync(join(out, `${name}.${rank}.jsonl`)).trim().split("\n")
            .map((line) => JSON.parse(line));
        await withGpu(async (gpu) => {
          for (const name of Object.keys(RUNS)) {
            const config = { batch_views: RANKS };
            const alone = told((await runOf(gpu, { scene, name, config })).events);
            for (const kind of [name, `${name}+parts`]) {
              const { losses, decisions } = told(eventsOf(kind, 0));
              for (let rank = 1; rank < RANKS; rank++) {
                assertEquals(told(eventsOf(kind, rank)), { losses, decisions }, kind);
              }
              assertEquals(decisions, alone.decisions, kind);
              // Sums of three depend on the order; in parts MCMC draws by other numbers besides.
              const drawn = name === "mcmc" && kind !== name;
              for (const [i, loss] of losses.entries()) {
                const tolerance = drawn && i >= 4 ? 0.02 : 2e-5;
                assertAlmostEquals(loss, alone.losses[i]!, tolerance, `${kind} ${i + 1}`);
              }
              const { state } =
                readSplatCheckpoint(join(out, kind, "chkpnt10.safetensors")).checkpoint;
              assertEquals([state.ranks, state.drawn], [RANKS, 30]);
            }
          }
        });
      }),
  });
}
