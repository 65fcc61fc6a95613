import { assertEquals } from "@std/assert";
import type { Sample } from "../../../../data/occupancy/sample.ts";
import { weightedTotal } from "../../../../loss/weighted_total.ts";
import { accumulateGradients } from "../../../../model/occupancy/training/gradients.ts";
import type { StagedModel } from "../../../../model/occupancy/training/staged_model.ts";
import { Parameter } from "../../../../gpu/parameter.ts";
import { TINY } from "../../../end_to_end/tiny_run.ts";
import { gpuTest } from "../../../support.ts";

gpuTest("a step has the mean gradient of all key frames of its batches", async (gpu) => {
  const weight = new Parameter(gpu, [1]);
  weight.set(Float32Array.of(3));
  let taken = 0;
  const sample = () => {
    taken++;
    return Promise.resolve({
      images: new Uint8Array(6 * 64 * 36 * 3),
      projection: new Float32Array(96),
      imageWh: new Float32Array(12),
      photometric: null,
      labels: Uint8Array.of(taken),
      mask: Uint8Array.of(1),
    } as unknown as Sample);
  };
  // The loss of the n-th key frame is n times the weight.
  const trainee = {
    loss: (_batch: unknown, scale: number) => weightedTotal([[weight.value, taken * scale]]),
  } as unknown as StagedModel;
  for (const [accumulation, batch, frames] of [[1, 1, 1], [1, 4, 4], [3, 2, 6]] as const) {
    taken = 0;
    weight.zeroGradient();
    const config = { ...TINY, optim: { ...TINY.optim, batch } };
    const { loss } = await accumulateGradients(gpu, trainee, {
      config,
      accumulation,
      next: sample,
    });
    const mean = (frames + 1) / 2;
    assertEquals(taken, frames);
    assertEquals(Math.round(1e5 * (await loss.read("f32"))[0]! / 3) / 1e5, mean);
    assertEquals(Math.round(1e5 * (await weight.gradient!.read("f32"))[0]!) / 1e5, mean);
    loss.release();
  }
});
