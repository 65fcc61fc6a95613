import { slice } from "../../../gpu/ops/array/move/slice.ts";
import { reshape } from "../../../gpu/ops/array/move/reshape.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import { renderLoss } from "../../../loss/render/render_loss.ts";
import { renderVoxels } from "../../../loss/render/render_voxels.ts";
import { sharpenedOpacity } from "../../../loss/render/sharpened_opacity.ts";
import { weightedTotal } from "../../../loss/weighted_total.ts";
import type { OccupancyTask } from "../../../data/occupancy/task.ts";
import { gridDims } from "../config/model_config.ts";
import type { Occupancy, OccupancyNetwork } from "../network/occupancy_network.ts";
import { oneDraw } from "../network/supervised_blocks.ts";
import { cameraView, gridFromAbove } from "./camera_view.ts";
import type { LabelledBatch } from "./sample_batch.ts";

/** Any camera: it looks along y. */
const AHEAD = [100, 0, 0, 0, 0, 0, -100, 0, 0, 1, 0, 0, 0, 0, 0, 1];

/** No class has this label. */
const IGNORED = 255;

/**
 * GaussRender's loss (arXiv 2502.05040) of what a model predicts: its voxels and the true ones as Gaussians,
 * seen from one of the cameras, which is drawn, and from above; times its weight and `scale`.
 */
export async function renderedLoss(
  model: OccupancyNetwork,
  occupancy: Occupancy,
  batch: LabelledBatch,
  scale: number,
): Promise<Tensor> {
  const { config } = model;
  const { loss: { render, renderShrink: shrink, renderDeviation, renderLift: lift } } = config;
  const { occupancy: { range, voxel }, task } = config;
  const probabilities = model.chances(occupancy);
  const { gpu } = probabilities;
  const [x, y, z] = range;
  const [labels, mask] = [await batch.labels.read("u32"), await batch.mask.read("u32")];
  const projection = await batch.projection.read("f32");
  const voxels = {
    probabilities,
    opacities: occupancy.occupied ?? opacitiesOf(probabilities, task.empty),
    labels: labels.map((label, i) => mask[i] ? label : IGNORED),
    empty: task.empty,
    ignored: IGNORED,
    grid: { size: gridDims(config.occupancy), origin: [x, y, z] as const, cell: voxel },
    deviation: renderDeviation * voxel,
  };
  const camera = drawnCamera(task, oneDraw(gpu.random.take(1)));
  const given = projection.subarray(16 * camera, 16 * camera + 16);
  // A GPU that computes nothing reads zeros; a picture of the same size needs as much memory.
  const matrix = given.some((value) => value !== 0) ? given : AHEAD;
  const size = [config.image.width, config.image.height] as const;
  const ahead = await renderVoxels(voxels, cameraView(matrix, size, { shrink, lift }));
  const above = await renderVoxels(voxels, gridFromAbove({ range }, shrink));
  return weightedTotal([[renderLoss([ahead], above).total, render * scale]]);
}

function opacitiesOf(probabilities: Tensor, empty: number): Tensor {
  const free = slice(probabilities, 0, empty, empty + 1);
  return sharpenedOpacity(reshape(free, [free.size]));
}

/**
 * The camera that a number in [0, 1) means: one in the middle of a row counts twice, as those to the front
 * and the back in the original.
 */
export function drawnCamera({ around }: Pick<OccupancyTask, "around">, draw: number): number {
  const tickets = around.flatMap((row) =>
    row.flatMap((camera, i) => 2 * i + 1 === row.length && i > 0 ? [camera, camera] : [camera])
  );
  return tickets[Math.floor(draw * tickets.length)]!;
}
