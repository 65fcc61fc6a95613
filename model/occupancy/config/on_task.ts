import { gridRange, type OccupancyTask } from "../../../data/occupancy/task.ts";
import type { ModelConfig } from "./model_config.ts";

/**
 * A model for other labels: their classes, cameras and grid, with voxels about as many times as large as
 * the labels' as they were, and classes weighted alike unless the task knows better.
 */
export function onTask<Config extends ModelConfig>(
  config: Config,
  task: OccupancyTask,
): Config {
  const { gaussians, occupancy, loss } = config;
  const learned = gaussians.semantics === config.task.classes.length;
  const wanted = Math.round(occupancy.voxel / config.task.grid.voxel);
  const factors = Array.from({ length: wanted }, (_, i) => wanted - i)
    .filter((factor) => task.grid.dims.every((size) => size % factor === 0));
  return {
    ...config,
    task,
    gaussians: { ...gaussians, semantics: task.classes.length - Number(!learned) },
    occupancy: { range: gridRange(task.grid), voxel: factors[0]! * task.grid.voxel },
    loss: {
      ...loss,
      balance: task.weights ? "manual" : task.frequencies ? "frequency" : "none",
      lovaszIgnore: task.empty,
    },
  };
}
