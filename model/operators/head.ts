import type { Gpu } from "../../gpu/device.ts";
import { combineOccupancy } from "../../gpu/ops/gaussian/splat/combine_occupancy.ts";
import { inverseCovariance } from "../../gpu/ops/gaussian/covariance.ts";
import { concat } from "../../gpu/ops/array/move/concat.ts";
import { transpose } from "../../gpu/ops/array/move/permute.ts";
import { softmax } from "../../gpu/ops/nn/softmax.ts";
import { splatVoxels } from "../../gpu/ops/gaussian/splat/splat_voxels.ts";
import { splatVoxelsProb } from "../../gpu/ops/gaussian/splat/splat_voxels_prob.ts";
import type { VoxelGrid } from "../../gpu/ops/gaussian/splat/voxel_grid.ts";
import { backward, variable } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { boxesOf, gridOf } from "./splat/localagg_arrays.ts";
import {
  type Arrays,
  checkInputs,
  download,
  type HostArray,
  type Operator,
  upload,
} from "./operator.ts";

/** Prediction head from Gaussians to class scores at points: additive where there is an empty scalar. */
export const head: Operator = {
  name: "head",
  summary: "class scores of points from Gaussians, additive or probabilistic",
  inputs: {
    pts: { axes: ["points", 3] },
    means: { axes: ["gaussians", 3] },
    scales: { axes: ["gaussians", 3] },
    rotations: { axes: ["gaussians", 4] },
    opacities: { axes: ["gaussians"] },
    semantics: { axes: ["gaussians", "classes"] },
    grid: { axes: [3], integer: true },
    pc_min: { axes: [3] },
    grid_size: { axes: [1] },
    scale_multiplier: { axes: [1] },
    empty_scalar: { axes: [1], optional: true },
    empty_mean: { axes: [3], optional: true },
    empty_scale: { axes: [3], optional: true },
    // Of any shape: it only tells, by its rank, whether there is one radius or one an axis.
    radii: { axes: ["radii"], integer: true, optional: true },
    grad_pred_occ: { axes: ["points", "scores"], optional: true },
  },
  async run(gpu, inputs) {
    const { radii: _, ...arrays } = inputs;
    const sizes = checkInputs(head, arrays);
    if (sizes.scores !== undefined && sizes.scores !== sizes.classes! + 1) {
      throw new RangeError(
        `Cannot run head: "grad_pred_occ" must be [${sizes.points}, ${sizes.classes! + 1}], got [${
          inputs.grad_pred_occ!.shape.join(", ")
        }]`,
      );
    }
    using _scope = gpu.scope();
    return await runHead(gpu, inputs);
  },
};

async function runHead(gpu: Gpu, inputs: Arrays): Promise<Record<string, HostArray>> {
  const leaves = Object.fromEntries(
    ["means", "scales", "rotations", "opacities", "semantics", "empty_scalar"]
      .filter((key) => inputs[key])
      .map((key) => [key, variable(upload(gpu, inputs[key]!))]),
  );
  const grid = gridOf(inputs);
  const additive = inputs.empty_scalar !== undefined;
  const radii = radiiOf(inputs, grid, additive);
  const boxes = boxesOf(cellsOf(inputs.means!, grid), radii, grid);
  const box = Tensor.from(gpu, boxes, [boxes.length / 6, 6]);
  const places = {
    grid,
    points: upload(gpu, inputs.pts!),
    cells: upload(gpu, cellsOf(inputs.pts!, grid), "i32"),
  };
  const scores = additive
    ? additiveScores(leaves, inputs, box, places)
    : probabilisticScores(leaves, box, places);
  const prediction = scores.prediction.retain();
  const pred_occ = await download(prediction);
  const outputs: Record<string, HostArray> = {
    radii: additive ? withEmpty(radii, inputs, grid) : radii,
    pred_occ,
    final_occ: largestIndex(pred_occ),
  };
  for (const [key, tensor] of Object.entries(scores.parts)) {
    outputs[key] = await download(tensor.retain());
  }
  if (!inputs.grad_pred_occ) return outputs;
  backward(prediction, upload(gpu, inputs.grad_pred_occ));
  for (const [key, leaf] of Object.entries(leaves)) {
    outputs[`grad_${key}`] = await download(leaf.gradient!);
  }
  return outputs;
}

/** Scores [N, classes + 1] of the points, and what else is worth looking at. */
interface Scores {
  readonly prediction: Tensor;
  readonly parts: Readonly<Record<string, Tensor>>;
}

type Leaves = Readonly<Record<string, Tensor>>;
type Places = { grid: VoxelGrid; points: Tensor; cells: Tensor };

function additiveScores(leaves: Leaves, inputs: Arrays, boxes: Tensor, places: Places): Scores {
  const { means, scales, rotations, opacities, semantics, empty_scalar } = leaves;
  const [gaussians, classes] = semantics!.shape as [number, number];
  const { inverse } = inverseCovariance(scales!, rotations!);
  const zeros = Tensor.zeros(means!.gpu, [gaussians, 1]);
  const prediction = splatVoxels({
    means: means!,
    inverseCovariance: inverse,
    opacities: opacities!,
    semantics: concat([semantics!, zeros], 1),
    boxes,
  }, {
    ...places,
    empty: {
      value: empty_scalar!,
      mean: triple(inputs.empty_mean, [0, 0, -1]),
      scale: triple(inputs.empty_scale, [100, 100, 8]),
      channel: classes,
    },
  });
  return { prediction, parts: {} };
}

function probabilisticScores(leaves: Leaves, boxes: Tensor, places: Places): Scores {
  const { means, scales, rotations, opacities, semantics } = leaves;
  const { inverse, density } = inverseCovariance(scales!, rotations!);
  const splat = splatVoxelsProb({
    means: means!,
    inverseCovariance: inverse,
    density,
    opacities: opacities!,
    semantics: softmax(semantics!),
    boxes,
  }, places);
  return {
    prediction: transpose(combineOccupancy(splat.semantics, splat.occupancy)),
    parts: { bin_logits: splat.occupancy, density: splat.density },
  };
}

function triple(
  array: HostArray | undefined,
  [x, y, z]: readonly [number, number, number],
): [number, number, number] {
  return [array?.data[0] ?? x, array?.data[1] ?? y, array?.data[2] ?? z];
}

// In f32, as upstream, for a value at the border of a cell may fall to either side.
function cellsOf({ shape, data }: HostArray, { origin, cell }: VoxelGrid): HostArray {
  return {
    shape,
    data: Int32Array.from(
      { length: data.length },
      (_, i) => Math.fround(Math.fround(data[i]! - origin[i % 3]!) / cell),
    ),
  };
}

function radius(scale: number, multiplier: number, cell: number): number {
  return Math.ceil(Math.fround(Math.fround(scale * multiplier) / cell));
}

// One radius of the largest scale, or one an axis where the radii in the input are such; the
// probabilistic splat reaches at least one voxel far.
function radiiOf(
  { scales, scale_multiplier, radii }: Arrays,
  { cell }: VoxelGrid,
  additive: boolean,
): HostArray {
  const { data, shape } = scales!;
  const each = Int32Array.from(
    { length: data.length },
    (_, i) => Math.max(additive ? 0 : 1, radius(data[i]!, scale_multiplier!.data[0]!, cell)),
  );
  if (radii?.shape.length === 2) return { shape, data: each };
  return {
    shape: [shape[0]!],
    data: Int32Array.from(
      { length: shape[0]! },
      (_, g) => Math.max(...each.subarray(3 * g, 3 * g + 3)),
    ),
  };
}

function withEmpty(
  { data }: HostArray,
  { empty_scale, scale_multiplier }: Arrays,
  { cell }: VoxelGrid,
): HostArray {
  const scale = Math.max(...triple(empty_scale, [100, 100, 8]));
  const all = new Int32Array(data.length + 1);
  all.set(data);
  all[data.length] = radius(scale, scale_multiplier!.data[0]!, cell);
  return { shape: [all.length], data: all };
}

function largestIndex({ shape, data }: HostArray): HostArray {
  const [rows, columns] = shape as [number, number];
  const indices = Int32Array.from({ length: rows }, (_, row) => {
    let best = 0;
    for (let c = 1; c < columns; c++) {
      if (data[row * columns + c]! > data[row * columns + best]!) best = c;
    }
    return best;
  });
  return { shape: [rows], data: indices };
}
