import { isAbsolute, join } from "@std/path";
import { readBytes } from "../files/door.ts";
import { isNumeric, type NdArray } from "../formats/nd_array.ts";
import { readNpy } from "../formats/numpy/npy.ts";
import { readNpz } from "../formats/numpy/npz.ts";
import { unreadable } from "../formats/unreadable.ts";
import { maskOf, type Occupancy } from "../occupancy/coarsen.ts";
import { labelBytes } from "../occupancy/label_bytes.ts";
import type { OccupancyTask } from "../occupancy/task.ts";

/** Folder of the labels of rows that name none: TOKEN.npz each. */
export const LABELS = "labels";

/**
 * Reads labels [x, y, z] on a task's grid: a .npy, or "labels" of a .npz, with "mask" where something is
 * not seen; whole numbers of any kind, classes or ignored labels.
 */
export function readOwnLabels(
  folder: string,
  name: string,
  task: OccupancyTask,
): Occupancy {
  const path = isAbsolute(name) ? name : join(folder, name);
  const { labels: stored, mask: seen } = arraysOf(path);
  const { dims } = task.grid;
  const check = (array: NdArray, what: string) => {
    if (array.shape.join() === dims.join()) return;
    throw unreadable(path, 0, `"${what}" is [${array.shape}], the grid of task.json is [${dims}]`);
  };
  check(stored, "labels");
  const labels = labelBytes(stored, { file: path, most: 255 });
  const known = new Uint8Array(256).fill(1, 0, task.classes.length);
  for (const label of task.ignored) known[label] = 1;
  const wrong = labels.findIndex((label) => !known[label]);
  if (wrong >= 0) {
    throw unreadable(
      path,
      0,
      `voxel ${wrong} has label ${labels[wrong]}, classes are 0 to ${task.classes.length - 1}` +
        (task.ignored.length ? ` and ${task.ignored.join(", ")} is ignored` : ""),
    );
  }
  const mask = maskOf(labels, task);
  if (seen) {
    check(seen, "mask");
    const bytes = labelBytes(seen, { file: path, most: 1, what: "mask" });
    for (let i = 0; i < mask.length; i++) mask[i]! &= bytes[i]!;
  }
  return { dims, labels, mask };
}

function arraysOf(path: string): { labels: NdArray; mask: NdArray | null } {
  if (!path.endsWith(".npz")) {
    return { labels: readNpy(readBytes(path), { file: path }), mask: null };
  }
  const npz = readNpz(path);
  const array = (name: string) => {
    const found = npz.getAny(name);
    if (isNumeric(found)) return found;
    throw unreadable(path, 0, `"${name}" holds no numbers`);
  };
  return { labels: array("labels"), mask: npz.has("mask") ? array("mask") : null };
}
