import { join } from "@std/path";
import {
  ABOVE_ZERO,
  COUNT,
  listOf,
  NUMBER,
  objectOf,
  optional,
  TEXT,
} from "../formats/json/json_kinds.ts";
import { isFile } from "../files/path_kind.ts";
import { readJsonFile } from "../formats/json/json_lines.ts";
import type { Colour, OccupancyTask } from "../occupancy/task.ts";

/** Name of the file that makes a folder one's own data. */
export const TASK_FILE = "task.json";

interface TaskFile {
  readonly name: string;
  readonly classes: readonly string[];
  readonly colours: readonly (readonly number[])[];
  readonly empty: number;
  readonly ignored: readonly number[];
  readonly range: readonly number[];
  readonly voxel: number;
  readonly cameras: readonly string[];
}

const KIND = objectOf<TaskFile>({
  name: optional(TEXT),
  classes: listOf(TEXT),
  colours: optional(listOf(listOf(COUNT, 3))),
  empty: COUNT,
  ignored: optional(listOf(COUNT)),
  range: listOf(NUMBER, 6),
  voxel: ABOVE_ZERO,
  cameras: listOf(TEXT),
});

/** Whether a folder holds one's own data. */
export function isOwnData(folder: string): boolean {
  return isFile(join(folder, TASK_FILE));
}

/**
 * Reads what one's own labels are from `task.json`: classes by label, the empty one, labels that say
 * nothing, the grid by its range and voxel in the frame of the car (x ahead, y left, z up), cameras.
 */
export function readTask(folder: string): OccupancyTask {
  const path = join(folder, TASK_FILE);
  const { value, leftOut: [problem] } = readJsonFile(path, KIND);
  if (value === null) {
    throw new SyntaxError(`Cannot read ${problem ?? `"${path}": it is not there`}`);
  }
  const { name = "own data", classes, colours, empty, ignored = [], range, voxel, cameras } = value;
  const cells = [0, 1, 2].map((axis) => (range[axis + 3]! - range[axis]!) / voxel);
  const whole = cells.every((count) => count > 0.5 && Math.abs(count - Math.round(count)) < 1e-4);
  const bad = [...ignored, ...(colours ?? []).flat()].find((value) => value > 255);
  const problems = [
    whole ||
    `"range" is ${JSON.stringify(range)}, its corners must be whole voxels of ${voxel} m apart`,
    empty < classes.length ||
    `"empty" is ${empty}, it must be one of the ${classes.length} classes, from 0`,
    !colours || colours.length === classes.length ||
    `"colours" has ${colours?.length} entries, one for each of ${classes.length} classes is right`,
    bad === undefined || `it holds ${bad}, labels and colours are 0 to 255`,
    !ignored.includes(empty) || `"ignored" holds ${empty}, which is "empty"`,
    cameras.length > 0 || '"cameras" is empty, one name at least is right',
    new Set(cameras).size === cameras.length || `"cameras" holds a name twice`,
  ].filter((problem) => problem !== true);
  if (problems.length) throw new RangeError(`Cannot use "${path}": ${problems.join("; ")}`);
  return {
    name,
    dataset: "own",
    classes,
    empty,
    ignored,
    palette: classes.map((_, label) =>
      (colours?.[label] ?? colourOf(label, classes.length)) as Colour
    ),
    grid: {
      dims: cells.map(Math.round) as [number, number, number],
      voxel,
      min: [range[0]!, range[1]!, range[2]!],
    },
    frame: "ego",
    cameras,
    around: [cameras.map((_, camera) => camera)],
    metric: "surroundocc",
    weights: null,
    frequencies: null,
  };
}

/** A colour of its own for each class: hues evenly around the wheel, every second one darker. */
function colourOf(label: number, classes: number): Colour {
  const hue = 6 * label / classes;
  const value = label % 2 ? 170 : 235;
  return [5, 3, 1].map((shift) => {
    const k = (shift + hue) % 6;
    return Math.round(value * (1 - 0.8 * Math.max(0, Math.min(k, 4 - k, 1))));
  }) as unknown as Colour;
}
