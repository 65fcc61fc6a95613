import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { TrainEvent } from "../../../../model/occupancy/training/training.ts";
import { readCheckpoint } from "../../../../model/occupancy/training/training_state.ts";
import { assertClose, withGpu } from "../../../support.ts";
import { losses, run, withDataset } from "../../../end_to_end/tiny_run.ts";
import { mpiTest, runRanks } from "./mpi.ts";
import { STILL } from "./still.ts";

const STEPS = 4;

async function trainRanks(
  dataDir: string,
  workDir: string,
  words: readonly string[],
): Promise<TrainEvent[][]> {
  await Deno.mkdir(workDir, { recursive: true });
  await runRanks(2, new URL("./train_rank.ts", import.meta.url), [dataDir, workDir, ...words]);
  return [0, 1].map((rank) =>
    Deno.readTextFileSync(join(workDir, `events.${rank}.jsonl`)).trim().split("\n")
      .map((line) => JSON.parse(line))
  );
}

mpiTest(
  "two ranks take the steps of one with twice the batch, count the same and resume to the same bits",
  () =>
    withDataset(async (dataDir, folder) => {
      const together = join(folder, "together");
      const [first, second] = await trainRanks(dataDir, together, [String(STEPS), String(STEPS)]);
      // Figures are of all ranks, so each tells the same.
      assertEquals(losses(first!), losses(second!));
      const evaluated = (events: readonly TrainEvent[]) =>
        events.find((event) => event.type === "evaluated")!;
      assertEquals(evaluated(first!), evaluated(second!));

      const config = { ...STILL, optim: { ...STILL.optim, steps: STEPS, batch: 2 } };
      await withGpu(async (gpu) => {
        const alone = join(folder, "alone");
        const events = await run(gpu, {
          dataDir,
          workDir: alone,
          config,
          evalEvery: STEPS,
        });
        // The same key frames, halved: sums of f32 in another order.
        const expected = losses(events);
        losses(first!).forEach(([step, loss, norm], i) => {
          assertEquals(step, expected[i]![0]);
          assertAlmostEquals(loss, expected[i]![1], 2e-4 * expected[i]![1]);
          assertAlmostEquals(norm, expected[i]![2], 2e-3 * expected[i]![2]);
        });
        const [ours, theirs] = await Promise.all(
          [together, alone].map((folder) => readCheckpoint(folder)),
        ) as [
          Awaited<ReturnType<typeof readCheckpoint>>,
          Awaited<ReturnType<typeof readCheckpoint>>,
        ];
        assertEquals(ours.state.ranks, 2);
        assertEquals(theirs.state.ranks, undefined);
        const counts = evaluated(first!) as Extract<TrainEvent, { type: "evaluated" }>;
        const { result } = evaluated(events) as typeof counts;
        assertEquals(counts.result.samples, result.samples);
        assertEquals(counts.result.seen, result.seen);
        for (const [key, { data }] of Object.entries(ours.weights)) {
          // One rank moves its running statistics twice a step, two move theirs once and take the mean.
          if (/running_(mean|var)$/.test(key)) continue;
          const other = theirs.weights[key]!.data as Float32Array;
          // Adam makes a whole step of any gradient, so a rounding of one may move by the rate.
          assertClose(data as Float32Array, other, { atol: 5e-3, rtol: 1e-2 }, key);
        }
      });

      // From the checkpoint in the middle, the same number of ranks gives the same bits.
      const resumed = join(folder, "resumed");
      const middle = join(together, "step_000002.safetensors");
      await trainRanks(dataDir, resumed, [String(STEPS), "0", middle]);
      const [whole, goneOn] = [together, resumed].map((folder) =>
        Deno.readFileSync(join(folder, `step_00000${STEPS}.safetensors`))
      );
      const weights = async (path: string) => (await readCheckpoint(path)).weights;
      assert(whole!.length > 0 && goneOn!.length > 0);
      assertEquals(
        await weights(join(resumed, `step_00000${STEPS}.safetensors`)),
        await weights(join(together, `step_00000${STEPS}.safetensors`)),
      );
    }, { scenes: 5 }),
);
