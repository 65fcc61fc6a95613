import { gridRange, type OccupancyTask } from "../../../data/occupancy/task.ts";
import type { AnchorModelConfig } from "./anchor_config.ts";
import type { ModelConfig } from "./model_config.ts";

/**
 * A model for other labels: their classes, cameras and grid, with voxels about as many times as large as
 * the labels' as they were, a Gaussian of free space as large as the grid, and classes weighted alike unless
 * the task knows better.
 */
export function onTask<Config extends ModelConfig>(
  config: Config,
  task: OccupancyTask,
): Config {
  const { gaussians, occupancy, loss } = config;
  const { head } = config as Partial<Pick<AnchorModelConfig, "head">>;
  const learned = gaussians.semantics === config.task.classes.length;
  const wanted = Math.round(occupancy.voxel / config.task.grid.voxel);
  const factors = Array.from({ length: wanted }, (_, i) => wanted - i)
    .filter((factor) => task.grid.dims.every((size) => size % factor === 0));
  const range = gridRange(task.grid);
  const size = [0, 1, 2].map((axis) => range[axis + 3]! - range[axis]!) as [number, number, number];
  const middle = size.map((length, axis) => range[axis]! + length / 2) as [number, number, number];
  const empty = { mean: middle, scale: size };
  return {
    ...config,
    task,
    gaussians: { ...gaussians, semantics: task.classes.length - Number(!learned) },
    occupancy: { range, voxel: factors[0]! * task.grid.voxel },
    ...(head?.kind === "additive" && head.empty ? { head: { ...head, empty } } : {}),
    loss: {
      ...loss,
      balance: task.weights ? "manual" : task.frequencies ? "frequency" : "none",
      lovaszIgnore: task.empty,
    },
  };
}
