import { reshape } from "../../../../gpu/ops/array/move/reshape.ts";
import { expand } from "../../../../gpu/ops/array/reduce/expand.ts";
import { gaussianBoxes } from "../../../../gpu/ops/gaussian/boxes/gaussian_boxes.ts";
import { rotationMatrix } from "../../../../gpu/ops/gaussian/rotation.ts";
import { combineOccupancy } from "../../../../gpu/ops/gaussian/aggregate/combine_occupancy.ts";
import type { VoxelGrid } from "../../../../gpu/ops/gaussian/aggregate/voxel_grid.ts";
import { aggregateSuperquadrics } from "../../../../gpu/ops/gaussian/superquadric/aggregate_superquadrics.ts";
import { softmax } from "../../../../gpu/ops/nn/softmax.ts";
import type { Tensor } from "../../../../gpu/tensor.ts";
import { gridDims } from "../../config/model_config.ts";
import type { Trace } from "../../network/trace.ts";
import type { SuperOccConfig } from "../config/config.ts";
import type { LayerResult } from "./decoder_layer.ts";

/** The grid of the voxels. */
export function gridOf({ occupancy }: Pick<SuperOccConfig, "occupancy">): VoxelGrid {
  const [x, y, z] = occupancy.range;
  return { size: gridDims(occupancy), origin: [x, y, z], cell: occupancy.voxel };
}

/** Scores of the classes for each superquadric: those of its query. */
export function scoresOfEach({ scores, superquadrics }: LayerResult): Tensor {
  const [queries, classes] = scores.shape as [number, number];
  const count = superquadrics.means.rows;
  if (count === queries) return scores;
  const repeated = expand(reshape(scores, [queries, 1, classes]), [
    queries,
    count / queries,
    classes,
  ]);
  return reshape(repeated, [count, classes]);
}

/** Splats a layer's superquadrics: probabilities [classes, voxels] in the order of the labels, and of not being empty [voxels]. */
export function splatLayer(
  result: LayerResult,
  config: Pick<SuperOccConfig, "occupancy" | "head" | "task">,
  trace: Trace,
  name: string,
): { scores: Tensor; occupancy: Tensor } {
  const { means, scales, rotations, opacities, exponents } = result.superquadrics;
  const grid = gridOf(config);
  const { scaleMultiplier: multiplier, cut } = config.head;
  const boxes = gaussianBoxes(means, scales, grid, { multiplier, smallest: 1 });
  trace(`${name}.boxes`, boxes);
  const mixed = aggregateSuperquadrics({
    means,
    scales,
    exponents,
    opacities,
    rotations: reshape(rotationMatrix(rotations), [means.rows, 9]),
    semantics: softmax(scoresOfEach(result)),
    boxes,
  }, { grid, cut });
  trace(`${name}.bin_logits`, mixed.occupancy);
  trace(`${name}.density`, mixed.density);
  trace(`${name}.probability`, mixed.probability);
  const { semantics, occupancy, free } = mixed;
  return {
    scores: combineOccupancy(semantics, occupancy, { empty: config.task.empty, free }),
    occupancy,
  };
}
