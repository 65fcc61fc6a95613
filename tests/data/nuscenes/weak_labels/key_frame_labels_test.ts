import { assert } from "@std/assert";
import { CLASS, EMPTY } from "../../../../data/nuscenes/classes.ts";
import { sortSweep } from "../../../../data/weak_labels/cloud.ts";
import { weakLabels } from "../../../../data/weak_labels/frame_labels.ts";
import { NUSCENES_RULE } from "../../../../data/nuscenes/weak_labels/rule.ts";
import { Overlap, streetMoments } from "./street.ts";

const streets = [0, 1, 2].map((scene) => streetMoments(9, scene, 5));
const NUSCENES = { rule: NUSCENES_RULE, stride: 5 };
const THINGS = ["barrier", "bus", "car", "motorcycle", "truck"] as const;

/** How weak labels of the middle moment of each street compare with the exact ones. */
function overlap(withClasses: boolean, neighbours: number): Overlap {
  const result = new Overlap();
  for (const moments of streets) {
    const sorted = moments.map(({ points, lidar, boxes, seen }) =>
      sortSweep(points, lidar, { boxes, labels: withClasses ? seen : null, ...NUSCENES })
    );
    const around = sorted.filter((_, i) => i !== 2 && Math.abs(i - 2) <= neighbours);
    result.add(weakLabels(sorted[2]!, moments[2]!.boxes, around, NUSCENES_RULE), moments[2]!.truth);
  }
  const figures = [11, 13, 14, 15, 16].map((label) => result.of(label).toFixed(2)).join(" ");
  console.log(
    `weak labels, ${withClasses ? "lidarseg" : "height"}, ${neighbours} neighbours: IoU ` +
      `${result.occupied.toFixed(3)}, mIoU ${result.mean.toFixed(3)}, static classes ${figures}`,
  );
  return result;
}

Deno.test("weak labels of streets overlap with the exact ones, more so the more is known", () => {
  const alone = overlap(false, 0);
  const together = overlap(false, 2);
  const classified = overlap(true, 2);
  for (const name of THINGS) {
    for (const result of [alone, together, classified]) {
      assert(result.of(CLASS[name]) > 0.6, `${name}: ${result.of(CLASS[name])}`);
    }
  }
  assert(together.occupied > alone.occupied + 0.04);
  assert(together.of(CLASS.driveable_surface) > 0.4);
  assert(classified.of(CLASS.driveable_surface) > 0.65);
  assert(classified.of(CLASS.sidewalk) > 0.35);
  assert(classified.mean > together.mean + 0.03);
});

Deno.test("what is labelled is mostly there, and of its class where points say it", () => {
  const [moments] = streets;
  const { points, lidar, boxes, seen, truth } = moments![2]!;
  const dense = weakLabels(
    sortSweep(points, lidar, { boxes, labels: seen, ...NUSCENES }),
    boxes,
    [],
    NUSCENES_RULE,
  );
  let said = 0, near = 0;
  dense.forEach((label, voxel) => {
    if (label === EMPTY || label === 0) return;
    said++;
    // A surface between two voxels may be given to either of them.
    const column = voxel - voxel % 16;
    const around = [voxel - 1, voxel, voxel + 1]
      .filter((at) => at >= column && at < column + 16)
      .concat([voxel - 16, voxel + 16, voxel - 3200, voxel + 3200]);
    if (around.some((at) => truth[at] === label)) near++;
  });
  assert(said > 5000, `${said} voxels`);
  assert(near / said > 0.95, `${near / said} of them right`);
});

Deno.test("boxes that no point of the own sweep is in are left out", () => {
  const { points, lidar, boxes } = streets[1]![2]!;
  const own = sortSweep(points, lidar, { boxes, labels: null, ...NUSCENES });
  const count = (dense: Uint8Array) => dense.reduce((sum, label) => sum + (label === 4 ? 1 : 0), 0);
  assert([...own.hits].some((hits, i) => hits === 0 && boxes[i]!.label === CLASS.car));
  const all = weakLabels({ ...own, hits: own.hits.map(() => 1) }, boxes, [], NUSCENES_RULE);
  const seen = weakLabels(own, boxes, [], NUSCENES_RULE);
  assert(count(seen) > 0 && count(seen) < count(all));
});
