import {
  countedClasses,
  type MetricRule,
  type OccupancyTask,
} from "../../../data/occupancy/task.ts";
import type { MeanIouOptions } from "../../../loss/mean_iou.ts";

const ABSENT: Readonly<Record<MetricRule, MeanIouOptions["absent"]>> = {
  surroundocc: 1,
  occ3d: null,
  ssc: 0,
};

/** What the mean IoU of a task counts, and how its published mean takes classes that no label has. */
export function measureOf(task: OccupancyTask): MeanIouOptions {
  return { classes: countedClasses(task), empty: task.empty, absent: ABSENT[task.metric] };
}
