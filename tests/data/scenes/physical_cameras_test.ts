import { assertEquals } from "@std/assert";
import { fovOf } from "../../../data/scenes/field_of_view.ts";
import { physicalCameras } from "../../../data/scenes/physical_cameras.ts";
import type { SceneView } from "../../../data/scenes/scene_view.ts";

function view(focal: number, width = 100, camera?: number): SceneView {
  return {
    calibration: [width, 80],
    fov: [fovOf(focal, width), fovOf(focal, 80)],
    ...camera !== undefined && { camera },
  } as unknown as SceneView;
}

const CASES: [string, SceneView[], { ofViews: number[]; count: number; calibrated: number }][] = [
  ["none", [], { ofViews: [], count: 0, calibrated: 0 }],
  [
    "one calibrated for each picture, a hundredth apart",
    [view(90, 100, 1), view(90.9, 100, 2), view(89.5, 100, 3)],
    { ofViews: [0, 0, 0], count: 1, calibrated: 3 },
  ],
  [
    "a zoom in between",
    [view(90, 100, 1), view(120, 100, 2), view(90, 100, 1)],
    { ofViews: [0, 1, 0], count: 2, calibrated: 2 },
  ],
  [
    "upright pictures",
    [view(90), view(90, 60), view(90)],
    { ofViews: [0, 1, 0], count: 2, calibrated: 2 },
  ],
  [
    "equal numbers under two names",
    [view(90, 100, 4), view(90, 100, 9)],
    { ofViews: [0, 0], count: 1, calibrated: 2 },
  ],
];

for (const [name, views, expected] of CASES) {
  Deno.test(`physical cameras: ${name}`, () => assertEquals(physicalCameras(views), expected));
}

Deno.test("physical cameras: a fisheye is another camera", () => {
  const fisheye = {
    ...view(90),
    lens: { focal: [90, 90], distortion: { kind: "fisheye" } },
  } as unknown as SceneView;
  assertEquals(physicalCameras([view(90), fisheye]).ofViews, [0, 1]);
});
