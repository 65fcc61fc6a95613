import { invertRigid, multiply4 } from "../../../../data/occupancy/rigid.ts";
import { slice } from "../../../../gpu/ops/array/move/slice.ts";
import { reshape } from "../../../../gpu/ops/array/move/reshape.ts";
import { takeRows } from "../../../../gpu/ops/array/rows/gather_rows.ts";
import { max } from "../../../../gpu/ops/array/reduce/max.ts";
import { linear } from "../../../../gpu/ops/nn/gemm/linear.ts";
import { radixSort } from "../../../../gpu/parallel/radix_sort.ts";
import { sortableFromF32 } from "../../../../gpu/parallel/sortable.ts";
import { noGradient } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import type { LayerResult, Queries } from "../network/decoder_layer.ts";

/** The 4x4 matrix, row by row, from the frame of one moment to that of another, by their poses world_from_frame. */
export function motionTo(now: Float64Array, then: Float64Array): Float64Array {
  return multiply4(invertRigid(now), then);
}

/** Points [n, 3] after a rigid motion (4x4, row by row), without gradient. */
export function movePoints(points: Tensor, motion: Float64Array): Tensor {
  const { gpu } = points;
  const row = (r: number) => [...motion.subarray(4 * r, 4 * r + 3)];
  const rotation = Tensor.from(gpu, [...row(0), ...row(1), ...row(2)], [3, 3]);
  const shift = Tensor.from(gpu, [motion[3]!, motion[7]!, motion[11]!]);
  return noGradient(gpu, () => linear(points, rotation, shift));
}

/** The queries that the next key frame is given. */
export interface KeptQueries {
  /** [kept, channels] */
  readonly embedding: Tensor;
  /** [kept, 3] in metres of the frame in which they were seen. */
  readonly points: Tensor;
  /** u32 [kept]: which queries these were. */
  readonly rows: Tensor;
}

/**
 * The `count` queries with the largest superquadric, by the largest raw scale of any axis, in that order;
 * of equal ones the first comes first.
 */
export function keepQueries(
  { feature, raw }: LayerResult,
  { centres }: Pick<Queries, "centres">,
  count: number,
): KeptQueries {
  const { gpu } = feature;
  return noGradient(gpu, () => {
    const queries = feature.rows;
    const sizes = reshape(slice(raw, 1, 3, 6), [queries, 3 * raw.rows / queries]);
    const keys = sortableFromF32(max(sizes, 1), { descending: true });
    const rows = radixSort(keys).values.window(0, count);
    return { embedding: takeRows(feature, rows), points: takeRows(centres, rows), rows };
  });
}
