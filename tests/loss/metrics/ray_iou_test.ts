import { assert, assertEquals, assertThrows } from "@std/assert";
import { firstHits } from "../../../loss/metrics/ray_iou/first_hit.ts";
import { RayIou } from "../../../loss/metrics/ray_iou/ray_iou.ts";
import { rayDirections } from "../../../loss/metrics/ray_iou/rays.ts";
import { noise } from "../../support.ts";

const DIMS = [7, 5, 4] as const;
const GRID = { dims: DIMS, voxel: 0.5, corner: [-1.75, -1.2, -0.6] as const };
const CLASSES = 4;
const VOXELS = DIMS[0] * DIMS[1] * DIMS[2];

function labels(seed: number, occupied: number): Uint8Array {
  const values = noise(seed, VOXELS * 2, -1, 1);
  return Uint8Array.from({ length: VOXELS }, (_, i) => {
    const chance = (values[2 * i]! + 1) / 2;
    return chance < occupied ? Math.floor((values[2 * i + 1]! + 1) / 2 * 2.999) : CLASSES - 1;
  });
}

/** The meaning: in steps of a two-thousandth of a voxel, first voxel met and the last step within it. */
function marched(volume: Uint8Array, origin: number[], direction: number[]) {
  const step = GRID.voxel / 2000;
  let met: { label: number; depth: number; at: number } | null = null;
  for (let i = 0; i < 40_000; i++) {
    const at = direction.map((d, axis) =>
      Math.floor((origin[axis]! + d * i * step - GRID.corner[axis]!) / GRID.voxel)
    );
    const inside = at.every((v, axis) => v >= 0 && v < DIMS[axis]!);
    const index = inside ? (at[0]! * DIMS[1] + at[1]!) * DIMS[2] + at[2]! : -1;
    if (met && (index < 0 || (met.label !== CLASSES - 1 && index !== met.at))) break;
    if (index >= 0) met = { label: volume[index]!, depth: (i + 1) * step, at: index };
  }
  return met;
}

Deno.test("a ray's first hit is that of a march in tiny steps", () => {
  const truth = labels(1, 0.1);
  const prediction = labels(2, 0.1);
  const random = noise(3, 60 * 6, -1, 1);
  let hit = 0;
  for (let ray = 0; ray < 60; ray++) {
    const origin = [0, 1, 2].map((axis) => random[6 * ray + axis]! * 0.45);
    const raw = [3, 4, 5].map((axis) => random[6 * ray + axis]!);
    const length = Math.hypot(...raw);
    const direction = raw.map((v) => v / length);
    const hits = { truth: 0, predicted: 0, truthDepth: 0, predictedDepth: 0 };
    firstHits({ ...GRID, free: CLASSES - 1 }, truth, prediction, origin, 0, direction, 0, hits);
    for (
      const [volume, label, depth] of [
        [truth, hits.truth, hits.truthDepth],
        [prediction, hits.predicted, hits.predictedDepth],
      ] as const
    ) {
      const expected = marched(volume, origin, direction)!;
      assertEquals(label, expected.label);
      assert(Math.abs(depth - expected.depth) < 1e-3, `${depth} for ${expected.depth}`);
      if (label !== CLASSES - 1) hit++;
    }
  }
  assert(hit > 20, "most rays meet nothing");
});

Deno.test("what is predicted where the truth ray meets nothing is not punished; all else counts", () => {
  const rays = rayDirections().length / 3;
  const free = new Uint8Array(VOXELS).fill(CLASSES - 1);
  const full = new Uint8Array(VOXELS);
  const origin = [0, 0, 0];
  const table: [string, Uint8Array, Uint8Array, number, number, number | null][] = [
    // name, prediction, truth, rays of the truth, hits at 1 m, RayIoU
    ["nothing there, all predicted", full, free, 0, 0, null],
    ["all there, nothing predicted", free, full, rays, 0, 0],
    ["all there and predicted", full, full, rays, rays, 1],
  ];
  for (const [name, prediction, truth, gt, tp, rayIou] of table) {
    const metric = new RayIou(GRID, CLASSES);
    metric.add(prediction, truth, origin);
    const results = metric.results();
    assertEquals(results.gt[0], gt, name);
    assertEquals(results.tp[0]![0], tp, name);
    assertEquals(results.rayIou, rayIou, name);
    assertEquals(results.gt[0]! + results.freeTruth.reduce((a, b) => a + b, 0), rays, name);
  }
});

Deno.test("a hit of the right class counts below a threshold", () => {
  // Walls across x, a voxel of 0.5 m apart: depths differ by 0.5 m over the cosine, by less where a
  // ray leaves the second wall sideways.
  const wall = (at: number) =>
    Uint8Array.from(
      { length: VOXELS },
      (_, i) => Math.floor(i / (DIMS[1] * DIMS[2])) === at ? 1 : CLASSES - 1,
    );
  const metric = new RayIou(GRID, CLASSES, [0.3, 0.51]);
  metric.add(wall(6), wall(5), [0, 0, 0]);
  const [near, far] = metric.counts.tp.map((row) => row[1]!);
  assert(near! < far! && far! < metric.counts.gt[1]!, `${near} ${far}`);
});

Deno.test("a ray that never enters has the label of voxel 0", () => {
  const above = new RayIou(GRID, CLASSES);
  const truth = labels(1, 0.1);
  truth[0] = 2;
  above.add(truth, truth, [0, 0, 100]);
  // No ray goes down by more than 45 degrees: none of them enters.
  assertEquals(above.counts.gt[2], rayDirections().length / 3);
});

Deno.test("RayIou names arrays that do not fit its grid", () => {
  const metric = new RayIou(GRID, CLASSES);
  const volume = labels(1, 0.1);
  for (
    const [message, add] of [
      ["139 predictions", () => metric.add(volume.subarray(1), volume, [0, 0, 0])],
      ["they must be [n, 3]", () => metric.add(volume, volume, [0, 0])],
      ["class 9, the last is 3", () => metric.add(volume, volume.map(() => 9), [0, 0, 0])],
    ] as const
  ) assertThrows(add, RangeError, message);
});
