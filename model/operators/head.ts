import type { Gpu } from "../../gpu/device.ts";
import { combineOccupancy } from "../../gpu/ops/gaussian/aggregate/combine_occupancy.ts";
import { inverseCovariance } from "../../gpu/ops/gaussian/covariance.ts";
import { transpose } from "../../gpu/ops/array/move/permute.ts";
import { softmax } from "../../gpu/ops/nn/softmax.ts";
import { aggregateVoxels } from "../../gpu/ops/gaussian/aggregate/aggregate_voxels.ts";
import { aggregateVoxelsProb } from "../../gpu/ops/gaussian/aggregate/aggregate_voxels_prob.ts";
import type { VoxelGrid } from "../../gpu/ops/gaussian/aggregate/voxel_grid.ts";
import { backward, variable } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { boxesOf, gridOf } from "./aggregate/localagg_arrays.ts";
import { withZeroColumn } from "../occupancy/network/classes.ts";
import {
  type Arrays,
  type ArraySpec,
  checkInputs,
  download,
  type HostArray,
  type Operator,
  upload,
} from "./operator.ts";

/**
 * Prediction head from Gaussians to class scores at points: additive where there is an empty scalar. Each
 * Gaussian reaches as far along every axis, or along each as that scale asks for where `per_axis` is 1 or
 * `radii` has a column for each axis.
 */
export const head: Operator = {
  ...headOf({ axes: ["radii"], integer: true, optional: true }),
  part: (inputs) => inputs.radii?.shape.length === 2 ? eachAxis : oneRadius,
};

// What radii are there only tells, by their rank, whether there is one or one an axis.
const oneRadius = headOf({ axes: ["radii"], integer: true, optional: true });
const eachAxis = headOf({ axes: ["gaussians", 3], integer: true, optional: true });

function headOf(radii: ArraySpec): Operator {
  const operator: Operator = {
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
      per_axis: { axes: [1], integer: true, optional: true },
      empty_label: { axes: [1], integer: true, optional: true },
      empty_scalar: { axes: [1], optional: true },
      empty_mean: { axes: [3], optional: true },
      empty_scale: { axes: [3], optional: true },
      radii,
      grad_pred_occ: { axes: ["points", "scores"], optional: true },
    },
    async run(gpu, inputs) {
      const { classes = 0, points, scores } = checkInputs(operator, inputs);
      if (scores !== undefined && scores !== classes + 1) {
        throw new RangeError(
          `Cannot run head: "grad_pred_occ" must be [${points}, ${classes + 1}], got [${
            inputs.grad_pred_occ!.shape.join(", ")
          }]`,
        );
      }
      const empty = inputs.empty_label?.data[0] ?? classes;
      if (!(empty >= 0 && empty <= classes)) {
        throw new RangeError(
          `Cannot run head: "empty_label" is ${empty}, 0 to ${classes} is right`,
        );
      }
      using _scope = gpu.scope();
      return await runHead(gpu, inputs, empty);
    },
  };
  return operator;
}

async function runHead(
  gpu: Gpu,
  inputs: Arrays,
  empty: number,
): Promise<Record<string, HostArray>> {
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
    ? additiveScores(leaves, inputs, box, places, empty)
    : probabilisticScores(leaves, box, places, empty);
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

function additiveScores(
  leaves: Leaves,
  inputs: Arrays,
  boxes: Tensor,
  places: Places,
  channel: number,
): Scores {
  const { means, scales, rotations, opacities, semantics, empty_scalar } = leaves;
  const { inverse } = inverseCovariance(scales!, rotations!);
  const prediction = aggregateVoxels({
    means: means!,
    inverseCovariance: inverse,
    opacities: opacities!,
    semantics: withZeroColumn(semantics!, channel),
    boxes,
  }, {
    ...places,
    empty: {
      value: empty_scalar!,
      mean: triple(inputs.empty_mean, [0, 0, -1]),
      scale: triple(inputs.empty_scale, [100, 100, 8]),
      channel,
    },
  });
  return { prediction, parts: {} };
}

function probabilisticScores(
  leaves: Leaves,
  boxes: Tensor,
  places: Places,
  empty: number,
): Scores {
  const { means, scales, rotations, opacities, semantics } = leaves;
  const { inverse, density } = inverseCovariance(scales!, rotations!);
  const aggregation = aggregateVoxelsProb({
    means: means!,
    inverseCovariance: inverse,
    density,
    opacities: opacities!,
    semantics: softmax(semantics!),
    boxes,
  }, places);
  return {
    prediction: transpose(
      combineOccupancy(aggregation.semantics, aggregation.occupancy, { empty }),
    ),
    parts: { bin_logits: aggregation.occupancy, density: aggregation.density },
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

// One radius of the largest scale, or one an axis where that is asked for; the probabilistic aggregation
// reaches at least one voxel far.
function radiiOf(
  { scales, scale_multiplier, radii, per_axis }: Arrays,
  { cell }: VoxelGrid,
  additive: boolean,
): HostArray {
  const { data, shape } = scales!;
  const each = Int32Array.from(
    { length: data.length },
    (_, i) => Math.max(additive ? 0 : 1, radius(data[i]!, scale_multiplier!.data[0]!, cell)),
  );
  if (radii?.shape.length === 2 || per_axis?.data[0]) return { shape, data: each };
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
