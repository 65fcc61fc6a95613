import { assertEquals, assertThrows } from "@std/assert";
import { occ3d } from "../../../data/occ3d/task.ts";
import { openOcc } from "../../../data/openocc/task.ts";
import { surroundOcc } from "../../../data/nuscenes/task.ts";
import { asLearned, mapLabels } from "../../../data/occupancy/mapped_labels.ts";
import type { OccupancyTask } from "../../../data/occupancy/task.ts";

const mine: OccupancyTask = {
  ...occ3d,
  name: "mine",
  classes: ["Free", "car", "traffic-cone", "wall", "dog"],
  empty: 0,
  ignored: [9],
};
const names = new Map([["wall", "manmade"], ["dog", "ignored"]]);

Deno.test("classes are mapped by their names, however written, or by what one says of them", () => {
  const mapped = mapLabels(mine, occ3d, names);
  assertEquals(mapped.labels, [17, 4, 8, 15, null]);
  const voxels = Uint8Array.of(0, 1, 2, 3, 4, 9, 1);
  const { labels, mask } = asLearned(
    { dims: [7, 1, 1], labels: voxels, mask: Uint8Array.of(1, 1, 1, 1, 1, 0, 0) },
    mapped,
    occ3d,
  );
  assertEquals([...labels], [17, 4, 8, 15, 17, 17, 4]);
  assertEquals([...mask], [1, 1, 1, 1, 0, 0, 0]);
  // Two sets of the same names in other orders.
  assertEquals(
    mapLabels(openOcc, occ3d).labels.map((label) => occ3d.classes[label!]),
    openOcc.classes.map((name) => name),
  );
  // What the model ignores says nothing.
  const noisy = { ...surroundOcc, classes: surroundOcc.classes.toReversed(), empty: 0 };
  assertEquals(mapLabels(noisy, surroundOcc).labels.at(-1), null);
});

Deno.test("what cannot be mapped is refused by name", () => {
  const cases: [OccupancyTask, [string, string][], string][] = [
    [mine, [], `wall, dog are none of its classes, others, barrier`],
    [mine, [["wall", "house"], ["dog", "ignored"]], "wall (house) is none of its classes"],
    [mine, [["cat", "car"]], `"mine" has none of that name`],
    [{ ...mine, grid: { ...mine.grid, voxel: 1 } }, [], "its grid are"],
    [{ ...mine, frame: "lidar" }, [], "its frame are"],
    [{ ...mine, cameras: ["front"] }, [], "its cameras are"],
  ];
  for (const [task, words, message] of cases) {
    assertThrows(() => mapLabels(task, occ3d, new Map(words)), RangeError, message);
  }
});
