import { join } from "@std/path";
import type { Gpu } from "../../../../gpu/device.ts";
import { evaluateOccupancy } from "../../../../model/occupancy/evaluation/evaluate_checkpoint.ts";
import { MORE_MEASURES } from "../../../../model/occupancy/evaluation/more_measures.ts";
import { predictOccupancy } from "../../../../model/occupancy/evaluation/prediction.ts";
import { readTrainedWeights } from "../../../../model/occupancy/weights/trained_weights.ts";
import type { Ranks } from "../../../../model/run/ranks/ranks.ts";
import { TINY_SAMPLED } from "../../../end_to_end/tiny_run.ts";

/** Evaluates and predicts with weights that draw depths, leaves what is told in `out/told.N.json`. */
export async function shareWork(
  gpu: Gpu,
  ranks: Ranks,
  { dataDir, weights, out }: { dataDir: string; weights: string; out: string },
): Promise<void> {
  const shared = {
    config: TINY_SAMPLED,
    dataDir,
    checkpoint: await readTrainedWeights(weights),
    seed: 7,
    limit: 4,
    skipBad: true,
    ranks,
  };
  Deno.mkdirSync(out, { recursive: true });
  const report = await evaluateOccupancy(gpu, {
    ...shared,
    preset: "tiny",
    measures: MORE_MEASURES,
    dump: join(out, "dump.npz"),
  });
  let skipped: unknown;
  const predicted = await Array.fromAsync(predictOccupancy(gpu, {
    ...shared,
    outDir: join(out, "predicted"),
    onSkipped: (frames) => skipped = frames,
  }));
  // What one process and several need not have alike.
  const use = { seconds: 0, processorSeconds: 0, peakMemory: 0, peakResident: 0 };
  Deno.writeTextFileSync(
    join(out, `told.${ranks.rank}.json`),
    JSON.stringify({ report: { ...report, ...use }, predicted, skipped }).replaceAll(out, "OUT"),
  );
}
