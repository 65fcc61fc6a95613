import type { Gpu } from "../../../gpu/device.ts";
import type { ProbabilisticAggregation } from "../../../gpu/ops/gaussian/aggregate/aggregate_voxels_prob.ts";
import { backwardAll } from "../../../gpu/tape.ts";
import { type Arrays, download, type HostArray, upload } from "../operator.ts";

/** Channels of `semantics` that primitives have: the last one is that of free space. */
export function classesIn({ semantics }: Arrays): number {
  return semantics!.shape[1]! - 1;
}

/**
 * What a probabilistic aggregation came to, under the keys of the golden files; then walks back from the
 * parts that `inputs` has gradients of. `walked` is false where it has none.
 */
export async function mixtureOutputs(
  gpu: Gpu,
  aggregation: ProbabilisticAggregation,
  inputs: Arrays,
): Promise<{ readonly outputs: Record<string, HostArray>; readonly walked: boolean }> {
  const { semantics, occupancy, density, probability } = aggregation;
  const parts = { logits: semantics, bin_logits: occupancy, density };
  for (const part of [...Object.values(parts), probability]) part.retain();
  const outputs = {
    logits: await download(semantics),
    bin_logits: await download(occupancy),
    density: await download(density),
    probability: await download(probability),
  };
  const given = Object.entries(parts).filter(([key]) => inputs[`${key}_grad`]);
  if (given.length) {
    backwardAll(
      given.map(([, part]) => part),
      given.map(([key]) => upload(gpu, inputs[`${key}_grad`]!)),
    );
  }
  return { outputs, walked: given.length > 0 };
}
