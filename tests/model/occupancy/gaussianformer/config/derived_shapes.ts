import type { GaussianFormerConfig } from "../../../../../model/occupancy/gaussianformer/config/config.ts";

/**
 * Shapes of the keys that the original's state has beside the parameters of a model here, of which
 * `keys` are the names.
 */
export function derivedShapes(
  config: GaussianFormerConfig,
  keys: readonly string[],
): Record<string, number[]> {
  const { gaussians, encoder, head, task } = config;
  const shapes: Record<string, number[]> = {};
  for (const key of keys) {
    if (key.endsWith(".running_mean")) {
      shapes[key.replace("running_mean", "num_batches_tracked")] = [];
    }
    const slot = key.match(/^(encoder\.layers\.\d+)\.layer\.(0\.)?weight$/)?.[1];
    if (slot) {
      shapes[`${slot}.pc_range`] = [6];
      shapes[`${slot}.grid_size`] = [3];
    }
  }
  shapes["lifter.instance_feature"] = [gaussians.count, encoder.embedDims];
  shapes["head.zero_tensor"] = [1];
  shapes["head.aggregator.pc_min"] = [1, 3];
  if (head.kind === "additive" && head.empty) {
    Object.assign(shapes, {
      "head.empty_mean": [1, 1, 3],
      "head.empty_scale": [1, 1, 3],
      "head.empty_rot": [1, 1, 4],
      "head.empty_sem": [1, 1, task.classes.length],
      "head.empty_opa": [1, 1, 1],
    });
  }
  return shapes;
}
