import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  CAMERA_MODELS,
  type CameraLens,
  type CameraModelName,
} from "../../../data/cameras/models.ts";
import { Dual, Taped } from "../../../data/cameras/scalars.ts";
import { largestAngle, rayOf } from "../../../data/cameras/unproject.ts";
import { noise } from "../../support.ts";

const SIZE = { width: 90, height: 60 };

const LENSES: Record<CameraModelName, CameraLens> = {
  pinhole: { model: "pinhole", ...SIZE, intrinsics: [55, 57, 40, 33], distortion: [] },
  opencv: {
    model: "opencv",
    ...SIZE,
    intrinsics: [70, 72, 47, 28],
    distortion: [-0.1, 0.03, 0.01, 0.02, -0.01, 0.004, 0.002, -0.003, 0.001, 0.002, -0.001, 0.001],
  },
  fisheye: {
    model: "fisheye",
    ...SIZE,
    intrinsics: [30, 31, 43, 29],
    distortion: [0.02, -0.01, 0.003, -0.0007],
  },
  thin_prism_fisheye: {
    model: "thin_prism_fisheye",
    ...SIZE,
    intrinsics: [40, 41, 46, 29],
    distortion: [0.03, -0.012, 0.002, -0.0004, 0.001, -0.0015, 0.002, 0.001],
  },
  ortho: { model: "ortho", ...SIZE, intrinsics: [14, 13, 43, 30], distortion: [] },
  equirect: { model: "equirect", ...SIZE, intrinsics: [0, 0, 0, 0], distortion: [] },
};

function project(lens: CameraLens, point: readonly number[]): [number, number] {
  const tape: Taped[] = [];
  const taped = point.map((value) => Taped.variable(value, tape)) as [Taped, Taped, Taped];
  const [u, v] = CAMERA_MODELS[lens.model].project(taped, lens);
  return [u.value, v.value];
}

for (const [model, lens] of Object.entries(LENSES)) {
  Deno.test(`${model}: a ray of a pixel is shown at the pixel`, () => {
    const places = noise(7, 60, 0, 1);
    let shown = 0;
    for (let i = 0; i < 30; i++) {
      const pixel = [SIZE.width * places[2 * i]!, SIZE.height * places[2 * i + 1]!] as const;
      const ray = rayOf(lens, pixel);
      if (!ray) continue;
      shown++;
      assertAlmostEquals(Math.hypot(...ray), 1, 1e-12);
      // The rays of an orthographic lens begin beside each other.
      const [fx, fy, cx, cy] = lens.intrinsics;
      const from = model === "ortho" ? [(pixel[0] - cx) / fx, (pixel[1] - cy) / fy, 0] : [0, 0, 0];
      const [u, v] = project(lens, ray.map((part, k) => from[k]! + 3 * part));
      assertAlmostEquals(u, pixel[0], 1e-7, model);
      assertAlmostEquals(v, pixel[1], 1e-7, model);
    }
    assert(shown > 20, `${shown} of 30`);
  });

  Deno.test(`${model}: slopes of the projection are those of small steps`, () => {
    const numbers = noise(9, 30, -1, 1);
    for (let i = 0; i < 10; i++) {
      const point = [numbers[3 * i]!, numbers[3 * i + 1]!, 1.5 + numbers[3 * i + 2]!];
      const tape: Taped[] = [];
      const taped = point.map((value) => Taped.variable(value, tape)) as [Taped, Taped, Taped];
      const places = CAMERA_MODELS[lens.model].project(Dual.point(taped), lens);
      for (let k = 0; k < 3; k++) {
        const moved = (step: number) => project(lens, point.map((v, j) => j === k ? v + step : v));
        const [ahead, back] = [moved(1e-5), moved(-1e-5)];
        places.forEach(({ slopes }, axis) => {
          const expected = (ahead[axis]! - back[axis]!) / 2e-5;
          assertAlmostEquals(slopes[k]!.value, expected, 1e-5 * Math.max(1, Math.abs(expected)));
        });
      }
      // Walking back gives the same slopes.
      const fresh: Taped[] = [];
      const again = point.map((value) => Taped.variable(value, fresh)) as [Taped, Taped, Taped];
      const [u] = CAMERA_MODELS[lens.model].project(again, lens);
      u.gradient = 1;
      Taped.walkBack(fresh);
      again.forEach(({ gradient }, k) =>
        assertAlmostEquals(
          gradient,
          places[0].slopes[k]!.value,
          1e-9 * Math.max(1, Math.abs(gradient)),
        )
      );
    }
  });
}

Deno.test("on its axis a fisheye is a pinhole camera", () => {
  for (const model of ["fisheye", "thin_prism_fisheye"] as const) {
    const lens = LENSES[model];
    const [fx, fy, cx, cy] = lens.intrinsics;
    for (const off of [0, 1e-12, 1e-10, 1e-7]) {
      const [u, v] = project(lens, [off, -off, 2]);
      assertAlmostEquals(u, cx + fx * off / 2, 1e-12, model);
      assertAlmostEquals(v, cy - fy * off / 2, 1e-12, model);
    }
    const tape: Taped[] = [];
    const point = [0, 0, 2].map((value) => Taped.variable(value, tape)) as [Taped, Taped, Taped];
    const [u] = CAMERA_MODELS[model].project(Dual.point(point), lens);
    assertEquals(u.slopes.map(({ value }) => value), [fx / 2, 0, 0]);
  }
});

Deno.test("a fisheye ends where its picture would turn back, or at its farthest corner", () => {
  const { fisheye } = LENSES;
  const corner = Math.hypot(47, 31) / 30;
  assertAlmostEquals(largestAngle({ ...fisheye, distortion: [0, 0, 0, 0] }), corner, 1e-12);
  // The slope of a - 0.2 a^3 is 0 at sqrt(1 / 0.6).
  const folded = { ...fisheye, distortion: [-0.2, 0, 0, 0] };
  assertAlmostEquals(largestAngle(folded), Math.sqrt(1 / 0.6), 1e-9);
  assertEquals(rayOf(folded, [0, 0]), null);
  assertEquals(rayOf(folded, [43, 29]), [0, 0, 1]);
});
