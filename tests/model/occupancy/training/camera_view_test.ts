import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import { cameraView, gridFromAbove } from "../../../../model/occupancy/training/camera_view.ts";
import { drawnCamera } from "../../../../model/occupancy/training/rendered_voxels.ts";
import type { RenderView } from "../../../../loss/render/render_view.ts";
import { noise } from "../../../support.ts";

/** Where a view shows a point: pixels and metres ahead. */
function shown({ focal, centre, gridToCamera: m }: RenderView, point: readonly number[]): number[] {
  const [x, y, z] = [0, 1, 2].map((r) =>
    m[4 * r]! * point[0]! + m[4 * r + 1]! * point[1]! + m[4 * r + 2]! * point[2]! + m[4 * r + 3]!
  ) as [number, number, number];
  return [focal[0] * x / z + centre[0], focal[1] * y / z + centre[1], z];
}

/** A camera that looks along the horizon, turned by an angle; `fx` below 0 mirrors its picture. */
function projectionOf(
  { angle, fx, fy, cx, cy }: Record<"angle" | "fx" | "fy" | "cx" | "cy", number>,
) {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const rows = [[c, -s, 0, 0.3], [0, 0, -1, 1.5], [s, c, 0, -0.7]];
  const pixels = [0, 1, 2, 3].map((i) => [
    fx * rows[0]![i]! + cx * rows[2]![i]!,
    fy * rows[1]![i]! + cy * rows[2]![i]!,
    rows[2]![i]!,
  ]);
  return [0, 1, 2].flatMap((r) => pixels.map((column) => column[r]!)).concat([0, 0, 0, 1]);
}

for (const fx of [400, -400]) {
  Deno.test(`the view of a projection shows what it does${fx < 0 ? ", mirrored" : ""}`, () => {
    const projection = projectionOf({ angle: 0.4, fx, fy: 380, cx: 310, cy: 170 });
    for (const shrink of [1, 4]) {
      const view = cameraView(projection, [640, 360], { shrink, lift: 0 });
      assertEquals(view.size, [640 / shrink, 360 / shrink]);
      const points = Array.from(noise(3, 60, -20, 20));
      for (let i = 0; i < points.length; i += 3) {
        const point = points.slice(i, i + 3);
        const [u, v, d] = [0, 1, 2].map((r) =>
          [...point, 1].reduce((sum, value, k) => sum + value * projection[4 * r + k]!, 0)
        ) as [number, number, number];
        const expected = [u / d / shrink, v / d / shrink, d];
        shown(view, point).forEach((value, k) =>
          assertAlmostEquals(value, expected[k]!, 1e-6 * (1 + Math.abs(expected[k]!)))
        );
      }
    }
  });
}

Deno.test("a camera that is lifted sees the world as if it were lower", () => {
  const projection = projectionOf({ angle: 1, fx: 400, fy: 400, cx: 320, cy: 180 });
  const [low, high] = [0, 2].map((lift) => cameraView(projection, [640, 360], { shrink: 1, lift }));
  const seen = shown(high!, [5, 9, 2]);
  shown(low!, [5, 9, 0]).forEach((value, k) => assertAlmostEquals(value, seen[k]!, 1e-9));
});

Deno.test("from above the ground fills the picture, as GaussRender has it for nuScenes and KITTI-360", () => {
  const views = [
    [[-50, -50, -5, 50, 50, 3], [200, 200]],
    [[0, -25.6, -2, 51.2, 25.6, 4.4], [0, 200]],
  ] as const;
  for (const [range, centre] of views) {
    const view = gridFromAbove({ range }, 1);
    assertEquals([view.size, view.focal], [[400, 400], [400, 400]]);
    view.centre.forEach((value, k) => assertAlmostEquals(value, centre[k]!, 1e-9));
    const [u, v, ahead] = shown(view, [range[0], range[4], 0]);
    assertAlmostEquals(u!, 0, 1e-9);
    assertAlmostEquals(v!, 0, 1e-9);
    assertAlmostEquals(ahead!, range[3] - range[0], 1e-9);
  }
  assertEquals(gridFromAbove({ range: views[0][0] }, 4).size, [100, 100]);
});

Deno.test("front and back are drawn twice as often as the corners", () => {
  const counts = new Array(surroundOcc.cameras.length).fill(0);
  for (let i = 0; i < 800; i++) counts[drawnCamera(surroundOcc, (i + 0.5) / 800)]++;
  const names = surroundOcc.cameras.map((name, i) => [name, counts[i]] as const);
  const twice = names.filter(([, count]) => count === 200).map(([name]) => name);
  assertEquals(twice.map((name) => /_(FRONT|BACK)$/.test(name)), [true, true]);
  assert(names.every(([, count]) => count === 100 || count === 200), `${names}`);
  // One camera, or two, have no middle.
  assertEquals([0, 0.99].map((draw) => drawnCamera({ around: [[0, 1]] }, draw)), [0, 1]);
});
