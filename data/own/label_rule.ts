import { join } from "@std/path";
import { listOf, NUMBER, objectOf, optional, TEXT } from "../formats/json/json_kinds.ts";
import { readJsonFile } from "../formats/json/json_lines.ts";
import type { KeyFrame } from "../occupancy/key_frame.ts";
import type { OccupancyTask } from "../occupancy/task.ts";
import type { Extent, LabelRule } from "../weak_labels/label_rule.ts";
import { TASK_FILE } from "./task_file.ts";

interface FromLidar {
  readonly ground: string;
  readonly low: string;
  readonly high: string;
  readonly surfaces: readonly string[];
  readonly level: number;
  readonly car: readonly number[];
}

const KIND = objectOf<{ readonly from_lidar: FromLidar | undefined }>({
  from_lidar: optional(objectOf<FromLidar>({
    ground: optional(TEXT),
    low: optional(TEXT),
    high: optional(TEXT),
    surfaces: optional(listOf(TEXT)),
    level: optional(NUMBER),
    car: optional(listOf(NUMBER, 6)),
  })),
});

/**
 * How labels of one's own are made from lidar, from "from_lidar" in task.json: classes of points that nothing
 * else tells of, by their height above the ground, further surfaces, the ground's height under the rig, the
 * car itself. Things are the classes that boxes have.
 */
export function readLabelRule(
  folder: string,
  task: OccupancyTask,
  frames: readonly KeyFrame[],
): LabelRule {
  const path = join(folder, TASK_FILE);
  const { value, leftOut: [problem] } = readJsonFile(path, KIND);
  if (value === null) throw new SyntaxError(`Cannot read ${problem ?? `"${path}"`}`);
  const given: Partial<FromLidar> = value.from_lidar ?? {};
  const labelOf = (field: string, name: string) => classNamed(task, name, `${path}": "${field}`);
  const { ground, low = ground, high, surfaces = [], level = 0, car } = given;
  if (ground === undefined !== (high === undefined)) {
    throw new RangeError(
      `Cannot use "${path}": "from_lidar" names only one of "ground" and "high", both or none are right`,
    );
  }
  const things = new Set(
    frames.flatMap(({ boxes = [] }) =>
      boxes.map((box) => classNamed(task, box.class, `${path}": a box's "class`))
    ),
  );
  const grounds = new Set(
    [...(ground === undefined ? [] : [ground]), ...surfaces].map((name) =>
      labelOf("from_lidar.surfaces", name)
    ),
  );
  return {
    grid: task.grid,
    classes: task.classes.length,
    empty: task.empty,
    noise: null,
    isThing: (label) => things.has(label),
    isGround: (label) => grounds.has(label),
    byHeight: ground === undefined ? null : {
      ground: labelOf("from_lidar.ground", ground),
      low: labelOf("from_lidar.low", low!),
      high: labelOf("from_lidar.high", high!),
    },
    level,
    car: car === undefined ? null : car as unknown as Extent,
  };
}

/** The label of a class by its name. */
export function classNamed({ classes }: OccupancyTask, name: string, where: string): number {
  const label = classes.indexOf(name);
  if (label >= 0) return label;
  throw new RangeError(`Cannot use "${where}" is "${name}", classes are ${classes.join(", ")}`);
}
