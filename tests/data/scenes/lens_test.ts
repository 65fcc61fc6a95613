import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  type Calibration,
  checkLens,
  distorted,
  distortionOf,
  fullZoom,
  seenBy,
} from "../../../data/scenes/lens.ts";
import type { Distortion } from "../../../data/scenes/scene_view.ts";
import { undistort } from "../../../data/scenes/undistort.ts";

const radial = (k1: number, k2 = 0, k3 = 0, k4 = 0): Distortion => ({
  radial: [k1, k2, k3, k4],
  divisor: [0, 0, 0],
  tangential: [0, 0],
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
    ["EQUIRECTANGULAR", {}, "its lens is EQUIRECTANGULAR"],
    ["VR180_L", {}, "its lens is VR180_L"],
    ["OPENCV_FISHEYE", { k1: 0.1 }, "its lens is a fisheye (OPENCV_FISHEYE)"],
    ["THIN_PRISM_FISHEYE", {}, "its lens is a fisheye (THIN_PRISM_FISHEYE)"],
    ["FOV", { omega: 0.9 }, "its lens is FOV with omega = 0.9"],
    ["constructor", {}, "its lens is constructor"],
  ];
  for (const [model, distortion, said] of cases) {
    assertThrows(() => checkLens(camera(model, distortion), '"a.png"'), RangeError, said);
  }
  for (const model of ["PINHOLE", "pinhole", "SIMPLE_PINHOLE", "OPENCV", "PERSPECTIVE"]) {
    checkLens(camera(model, { k1: 0.1 }), '"a.png"');
  }
});

Deno.test("a pinhole camera looks straight ahead where its file says, or at the middle", () => {
  const aside = { ...camera("PINHOLE", {}), cx: 30, cy: 27 };
  assertEquals(seenBy(aside, "use").centre, [30, 27]);
  assertEquals("centre" in seenBy(aside, "centre"), false);
  assertEquals("centre" in seenBy(camera("PINHOLE", {}), "use"), false);
  assertEquals(seenBy(aside, "use").fov, seenBy(camera("PINHOLE", {}), "use").fov);
  // A straightened picture looks ahead at its middle whatever the lens does.
  const bent = { ...aside, distortion: { k1: 0.05 } };
  assertEquals("centre" in seenBy(bent, "use"), false);
  assertEquals(seenBy(bent, "use").lens!.centre, [30, 27]);
  assertEquals(seenBy(bent, "centre").lens!.centre, [35, 25]);
});
