import { assertEquals, assertThrows } from "@std/assert";
import { surroundOcc } from "../../../data/nuscenes/task.ts";
import { coarsenOccupancy } from "../../../data/occupancy/coarsen.ts";

Deno.test("a coarse voxel takes its most frequent class, noise only without one", () => {
  // 4x2x2 fine voxels to 2x1x1: cells of eight.
  const cells = [[17, 17, 17, 17, 17, 17, 5, 17], [17, 17, 0, 17, 17, 17, 17, 17]];
  const coarse = coarsenOccupancy(new Uint8Array(cells.flat()), [4, 2, 2], [2, 2, 2], surroundOcc);
  assertEquals([...coarse.labels], [5, 0]);
  assertEquals([...coarse.mask], [1, 0]);
  const more = [[4, 4, 11, 11, 11, 17, 17, 0], [9, 9, 3, 3, 17, 17, 17, 17]];
  assertEquals(
    [...coarsenOccupancy(new Uint8Array(more.flat()), [4, 2, 2], [2, 2, 2], surroundOcc).labels],
    [11, 3],
  );
  // Along one axis only: the index order matters.
  const fine = new Uint8Array([1, 17, 17, 2, 17, 17, 17, 3]); // [2, 2, 2]
  assertEquals([...coarsenOccupancy(fine, [2, 2, 2], [1, 1, 2], surroundOcc).labels], [
    1,
    2,
    17,
    3,
  ]);
  assertEquals([...coarsenOccupancy(fine, [2, 2, 2], [2, 1, 1], surroundOcc).labels], [
    1,
    17,
    17,
    2,
  ]);
  assertThrows(
    () => coarsenOccupancy(fine, [2, 2, 2], [3, 1, 1], surroundOcc),
    RangeError,
    "3x1x1",
  );
  assertThrows(
    () => coarsenOccupancy(fine, [2, 2, 3], [1, 1, 1], surroundOcc),
    RangeError,
    "there are 8",
  );
});

Deno.test("a task whose first class is empty and whose 255 says nothing is made coarser too", () => {
  const task = { classes: ["empty", "car", "road", "tree"], empty: 0, ignored: [255] };
  const cells = [
    [0, 0, 0, 0, 0, 0, 3, 0],
    [0, 0, 255, 0, 0, 0, 0, 0],
    [2, 2, 1, 1, 255, 255, 255, 255],
    [0, 0, 0, 0, 0, 0, 0, 0],
  ];
  const { labels, mask } = coarsenOccupancy(
    new Uint8Array(cells.flat()),
    [8, 2, 2],
    [2, 2, 2],
    task,
  );
  assertEquals([...labels], [3, 255, 1, 0]);
  assertEquals([...mask], [1, 0, 1, 1]);
});
