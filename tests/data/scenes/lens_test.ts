import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { CAMERA_MODELS, type CameraLens } from "../../../data/cameras/models.ts";
import { Taped } from "../../../data/cameras/scalars.ts";
import {
  type Calibration,
  checkLens,
  distorted,
  distortionOf,
  fullZoom,
  seenBy,
} from "../../../data/scenes/lens.ts";
import { pictureLens } from "../../../data/scenes/picture_lens.ts";
import type { Distortion } from "../../../data/scenes/scene_view.ts";
import { undistort } from "../../../data/scenes/undistort.ts";

const radial = (k1: number, k2 = 0, k3 = 0, k4 = 0): Distortion => ({
  kind: "opencv",
  radial: [k1, k2, k3, k4],
  divisor: [0, 0, 0],
  tangential: [0, 0],
  thin: [0, 0, 0, 0],
});
const NONE = radial(0);

Deno.test("a lens without distortion and in the middle leaves a picture as it is", () => {
  const data = Uint8Array.from({ length: 4 * 35 }, (_, i) => (i * 37) % 256);
  const picture = { width: 7, height: 5, channels: 4 as const, data };
  const lens = { focal: [9, 9], centre: [3.5, 2.5], distortion: NONE, zoom: 1 } as const;
  assertEquals(undistort(picture, { lens, calibration: [7, 5] }), picture);
  // Half a picture to the right: the left half of the result comes from outside.
  const aside = { ...lens, centre: [0, 2.5] } as const;
  const moved = undistort(picture, { lens: aside, calibration: [7, 5] });
  assertEquals(Array.from(moved.data.slice(0, 12)), new Array(12).fill(0));
});

Deno.test("a zoom leaves no margins that the lens did not see", () => {
  const size = [70, 50] as const;
  const straight = { focal: [60, 60], centre: [35, 25], distortion: NONE } as const;
  assertEquals(fullZoom(straight, size), 1);
  // A barrel shows more than a pinhole camera does, a pincushion less.
  assertEquals(fullZoom({ ...straight, distortion: radial(-0.1) }, size), 1);
  // Two pixels off: 34.5 pixels of 70 are left beside the middle, less half a pixel.
  const aside = { ...straight, centre: [33, 25] } as const;
  assertAlmostEquals(fullZoom(aside, size), 34.5 / 33, 1e-6);
  for (
    const lens of [
      aside,
      { ...straight, distortion: { ...radial(0.3, 0.1), tangential: [0.01, -0.02] } } as const,
    ]
  ) {
    const data = new Uint8Array(4 * 70 * 50).fill(200);
    const picture = { width: 70, height: 50, channels: 4 as const, data };
    const zoom = fullZoom(lens, size);
    assert(zoom > 1.01 && zoom < 1.5, `${zoom}`);
    const seen = (zoom: number) =>
      undistort(picture, { lens: { ...lens, zoom }, calibration: [70, 50] }).data
        .every((value) => value === 200);
    assert(seen(zoom) && !seen(0.97 * zoom));
  }
});

Deno.test("distortion is that of OpenCV's model", () => {
  // Worked out by hand: r^2 = 0.13, radial 1 + 0.1 r^2 + 0.02 r^4 = 1.013338, then
  // x radial + 2 p1 x y + p2 (r^2 + 2 x^2) and y radial + p1 (r^2 + 2 y^2) + 2 p2 x y.
  const [x, y] = distorted(0.3, -0.2, {
    ...radial(0.1, 0.02),
    tangential: [0.003, -0.004],
  });
  assertAlmostEquals(x, 0.3040014 - 0.00036 - 0.00124, 1e-12);
  assertAlmostEquals(y, -0.2026676 + 0.00063 + 0.00048, 1e-12);
});

const camera = (model: string, distortion: Record<string, number>): Calibration => ({
  ...{ model, width: 70, height: 50, fx: 60, fy: 60, cx: 35, cy: 25 },
  distortion,
});

/** A model's coefficients, and the stretch that OpenCV or nerfstudio give them at the squared distance q. */
const STRETCHES: [Calibration, (q: number) => number][] = [
  [camera("SIMPLE_RADIAL", { k1: 0.1 }), (q) => 1 + 0.1 * q],
  [camera("RADIAL", { k1: 0.1, k2: -0.2 }), (q) => 1 + 0.1 * q - 0.2 * q ** 2],
  [camera("OPENCV", { k1: 0.1, k3: 0.6 }), (q) => 1 + 0.1 * q + 0.6 * q ** 3],
  [
    camera("OPENCV", { k1: 0.1, k3: 0.6, k4: 0.3 }),
    (q) => 1 + 0.1 * q + 0.6 * q ** 3 + 0.3 * q ** 4,
  ],
  [
    camera("FULL_OPENCV", { k1: 0.1, k2: 0.2, k3: 0.3, k4: 0.4, k5: 0.5, k6: 0.6 }),
    (q) =>
      (1 + 0.1 * q + 0.2 * q ** 2 + 0.3 * q ** 3) / (1 + 0.4 * q + 0.5 * q ** 2 + 0.6 * q ** 3),
  ],
  // Who gives k5 or k6 means OpenCV's eight.
  [camera("OPENCV", { k4: 0.4, k5: 0.5 }), (q) => 1 / (1 + 0.4 * q + 0.5 * q ** 2)],
];

Deno.test("every coefficient of a lens is that of its model", () => {
  for (const [lens, stretch] of STRETCHES) {
    const [x, y] = distorted(0.3, -0.4, distortionOf(lens)!);
    assertAlmostEquals(x, 0.3 * stretch(0.25), 1e-12, lens.model);
    assertAlmostEquals(y, -0.4 * stretch(0.25), 1e-12, lens.model);
  }
  for (const model of ["PINHOLE", "OPENCV", "FULL_OPENCV"]) {
    assertEquals(distortionOf(camera(model, { k1: 0, p1: 0 })), null);
  }
});

Deno.test("lenses of other kinds are refused by their name", () => {
  const cases: [string, Record<string, number>, string][] = [
    ["EQUIRECTANGULAR", { k1: 0.1, s1: 2 }, "its lens is EQUIRECTANGULAR with s1 = 2"],
    ["VR180_L", {}, "its lens is VR180_L"],
    ["FISHEYE624", {}, "its lens is FISHEYE624"],
    ["FOV", { omega: 0.9 }, "its lens is FOV with omega = 0.9"],
    ["OPENCV", { k1: 0.1, s1: 2 }, "its lens is OPENCV with s1 = 2"],
    ["constructor", {}, "its lens is constructor"],
  ];
  for (const [model, distortion, said] of cases) {
    assertThrows(() => checkLens(camera(model, distortion), '"a.png"'), RangeError, said);
  }
  const known = ["PINHOLE", "pinhole", "SIMPLE_PINHOLE", "OPENCV", "PERSPECTIVE"];
  for (const model of [...known, "OPENCV_FISHEYE", "RADIAL_FISHEYE", "THIN_PRISM_FISHEYE"]) {
    checkLens(camera(model, { k1: 0.1 }), '"a.png"');
  }
});

const USE = { principalPoint: "use", lenses: "native" } as const;
const CENTRE = { principalPoint: "centre", lenses: "native" } as const;
const STRAIGHT = { principalPoint: "use", lenses: "undistort" } as const;

Deno.test("a camera looks straight ahead where its file says, or at the middle", () => {
  const aside = { ...camera("PINHOLE", {}), cx: 30, cy: 27 };
  assertEquals(seenBy(aside, USE).centre, [30, 27]);
  assertEquals("centre" in seenBy(aside, CENTRE), false);
  assertEquals("centre" in seenBy(camera("PINHOLE", {}), USE), false);
  assertEquals("lens" in seenBy(aside, STRAIGHT), false);
  assertEquals(seenBy(aside, USE).fov, seenBy(camera("PINHOLE", {}), USE).fov);
  const bent = { ...aside, distortion: { k1: 0.05 } };
  assertEquals(seenBy(bent, USE).lens!.centre, [30, 27]);
  assertEquals(seenBy(bent, CENTRE).lens!.centre, [35, 25]);
  assertEquals(seenBy(bent, USE).lens!.zoom, null);
  // A straightened picture looks ahead at its middle whatever the lens does.
  assertEquals("centre" in seenBy(bent, STRAIGHT), false);
  assert(seenBy(bent, STRAIGHT).lens!.zoom! > 1);
});

Deno.test("a lens for the rasteriser is that of the table of models", () => {
  const models: [Calibration, CameraLens["model"], number[]][] = [
    [
      camera("FULL_OPENCV", {
        k1: -0.1,
        k2: 0.02,
        p1: 0.003,
        p2: -0.001,
        k3: 0.01,
        k4: 0.02,
        k5: -0.01,
      }),
      "opencv",
      [-0.1, 0.02, 0.01, 0.02, -0.01, 0, 0.003, -0.001, 0, 0, 0, 0],
    ],
    [camera("OPENCV_FISHEYE", { k1: 0.02, k2: -0.01, k3: 0.003 }), "fisheye", [
      0.02,
      -0.01,
      0.003,
      0,
    ]],
    [camera("SIMPLE_FISHEYE", {}), "fisheye", [0, 0, 0, 0]],
    [
      camera("THIN_PRISM_FISHEYE", {
        k1: 0.03,
        k2: -0.01,
        p1: 0.001,
        p2: -0.002,
        sx1: 0.002,
        sy1: 0.001,
      }),
      "thin_prism_fisheye",
      [0.03, -0.01, 0, 0, 0.001, -0.002, 0.002, 0.001],
    ],
  ];
  for (const [calibration, model, distortion] of models) {
    const aside = { ...calibration, cx: 33, cy: 26 };
    const { lens } = seenBy(aside, USE);
    // For a picture of half the size.
    const { kind, ...shown } = pictureLens(lens!, [70, 50], [35, 25]);
    const exact: CameraLens = {
      model,
      width: 35,
      height: 25,
      intrinsics: [30, 30, 16.5, 13],
      distortion,
    };
    for (const point of [[0.1, -0.2, 1], [-0.3, 0.25, 1.3], [0, 0, 2]]) {
      const tape: Taped[] = [];
      const taped = point.map((value) => Taped.variable(value, tape)) as [Taped, Taped, Taped];
      const expected = CAMERA_MODELS[model].project(taped, exact).map(({ value }) => value);
      const [x, y] = distorted(point[0]! / point[2]!, point[1]! / point[2]!, {
        ...shown,
        kind: kind === "opencv" ? kind : "fisheye",
      });
      assertAlmostEquals(x * shown.focal[0] + shown.centre[0], expected[0]!, 1e-9, model);
      assertAlmostEquals(y * shown.focal[1] + shown.centre[1], expected[1]!, 1e-9, model);
    }
  }
});

Deno.test("a lens ends where its polynomial turns back, and limits lie past the picture", () => {
  const shown = (model: string, k1: number) =>
    pictureLens(seenBy(camera(model, { k1 }), USE).lens!, [70, 50], [70, 50]);
  // r (1 - 0.5 r^2) is largest at r^2 = 2 / 3, a (1 - 0.2 a^2) at a = sqrt(5 / 3).
  assertAlmostEquals(shown("RADIAL", -0.5).most, 2 / 3, 2e-2);
  assertAlmostEquals(
    Math.sqrt(shown("OPENCV_FISHEYE", -0.2).most),
    Math.tan(Math.sqrt(5 / 3)),
    2e-2,
  );
  assert(shown("RADIAL", 0.1).most >= 100);
  const { limits, most } = shown("RADIAL", 0.05);
  // 15 % of 70 pixels past an edge that is 35 from the middle, over 60.
  assertAlmostEquals(limits[1] * (1 + 0.05 * limits[1] ** 2), 45.5 / 60, 1e-9);
  assertEquals(limits[0], -limits[1]);
  assert(limits[3] < limits[1] && limits[1] ** 2 < most);
});

Deno.test("fisheyes that see past 85 degrees are wide ones, up to where their pictures end", () => {
  const lensOf = (focal: number, k1: number) => {
    const calibration = { ...camera("OPENCV_FISHEYE", { k1 }), fx: focal, fy: focal };
    return pictureLens(seenBy(calibration, USE).lens!, [70, 50], [70, 50]);
  };
  // Corners are 43 pixels from the middle: at 43 / 60 radians, and at 43 / 22.
  assertEquals(lensOf(60, 0).kind, "fisheye");
  const wide = lensOf(22, 0);
  assertEquals(wide.kind, "wide fisheye");
  assertAlmostEquals(wide.most, 1.15 * Math.hypot(35, 25) / 22, 2e-3);
  // a (1 - 0.13 a^2) turns back at 1 / sqrt(0.39), before the corner.
  assertAlmostEquals(lensOf(22, -0.13).most, 1 / Math.sqrt(0.39), 2e-3);
});
