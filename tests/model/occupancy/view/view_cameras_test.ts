import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  orbitView,
  pictureCamera,
  rasterCameraOf,
  toSplatFrame,
  viewFrom,
} from "../../../../model/occupancy/view/view_cameras.ts";
import { assertClose } from "../../../support.ts";

/** Pixel of a point of the splat frame, as the rasteriser finds it. */
function pixelOf(
  { projection, width, height }: ReturnType<typeof pictureCamera>,
  point: readonly [number, number, number],
) {
  const [x, y, , w] = [0, 1, 2, 3].map((k) =>
    projection[k]! * point[0] + projection[4 + k]! * point[1] + projection[8 + k]! * point[2] +
    projection[12 + k]!
  ) as [number, number, number, number];
  return [(x / w + 1) / 2 * width, (y / w + 1) / 2 * height, w];
}

Deno.test("a picture's camera puts points where its projection does", () => {
  // A turned camera with its principal point off the middle, as after the sky is cut off.
  const [turn, tilt] = [0.7, -0.2];
  const forward = [
    Math.sin(turn) * Math.cos(tilt),
    Math.cos(turn) * Math.cos(tilt),
    Math.sin(tilt),
  ];
  const right = [Math.cos(turn), -Math.sin(turn), 0];
  const down = [0, 1, 2].map((k) =>
    forward[(k + 1) % 3]! * right[(k + 2) % 3]! - forward[(k + 2) % 3]! * right[(k + 1) % 3]!
  );
  const position = [1.5, -0.7, 1.6];
  const [fx, fy, cx, cy] = [190, 200, 150, 60];
  const axes = [right, down, forward];
  const camera = axes.map((axis) => [
    ...axis,
    -axis.reduce((sum, value, k) => sum + value * position[k]!, 0),
  ]);
  const matrix = [
    ...camera[0]!.map((value, k) => fx * value + cx * camera[2]![k]!),
    ...camera[1]!.map((value, k) => fy * value + cy * camera[2]![k]!),
    ...camera[2]!,
    ...[0, 0, 0, 1],
  ];
  const raster = pictureCamera(matrix, [320, 160]);
  assertClose(Array.from(raster.position), toSplatFrame([1.5, -0.7, 1.6]), { atol: 1e-9 });
  assertClose([...raster.tangents], [160 / fx, 80 / fy], { atol: 1e-12 });
  for (const point of [[10, 12, 1], [6, 20, -2], [14, 9, 3]] as const) {
    const [u, v, d] = [0, 1, 2].map((i) =>
      matrix[4 * i]! * point[0] + matrix[4 * i + 1]! * point[1] + matrix[4 * i + 2]! * point[2] +
      matrix[4 * i + 3]!
    ) as [number, number, number];
    assertClose(pixelOf(raster, toSplatFrame(point)), [u / d, v / d, d], { atol: 1e-8 });
  }
});

Deno.test("a viewpoint looks at the middle, upright, with axes at right angles", () => {
  const range = [-50, -50, -5, 50, 50, 3];
  for (const azimuth of [0, 37, 90, 250]) {
    for (const elevation of [0, 45, 90]) {
      const { position, right, down, forward } = viewFrom(
        { azimuth, elevation, distance: 70 },
        { width: 64, height: 36, range },
      );
      const dot = (a: readonly number[], b: readonly number[]) =>
        a.reduce((sum, value, k) => sum + value * b[k]!, 0);
      assertClose(position.map((value, k) => value + 70 * forward[k]!), [0, 0, 1.4], {
        atol: 1e-9,
      });
      assertClose([dot(right, down), dot(right, forward), dot(down, forward)], [0, 0, 0], {
        atol: 1e-12,
      });
      // Right-handed: right x down = forward.
      const cross = [0, 1, 2].map((k) =>
        right[(k + 1) % 3]! * down[(k + 2) % 3]! - right[(k + 2) % 3]! * down[(k + 1) % 3]!
      );
      assertClose(cross, [...forward], { atol: 1e-12 });
      assert(down[2]! <= 1e-12);
    }
  }
  const behind = viewFrom({}, { width: 64, height: 36, range });
  assertEquals([behind.position[1] < 0, behind.forward[1] > 0], [true, true]);
  const beside = viewFrom({ azimuth: 90 }, { width: 64, height: 36, range });
  assert(beside.position[0] > 50 && beside.forward[0] < 0);
});

type Given = Parameters<typeof viewFrom>[0];
const RANGES = [[-50, -50, -5, 50, 50, 3], [-25.6, 0, -2, 25.6, 51.2, 4.4], [0, 0, 0, 10, 90, 4]];

Deno.test("no usual view cuts a scene: all corners are in the picture, as large as they fit", () => {
  for (const range of RANGES) {
    const corners = [0, 3].flatMap((i) =>
      [1, 4].flatMap((j) => [2, 5].map((k) => [range[i]!, range[j]!, range[k]!] as const))
    );
    for (const [width, height] of [[1280, 720], [300, 400]] as const) {
      for (
        const given of [{}, { azimuth: 50 }, { elevation: 10, azimuth: 200 }, { fieldOfView: 80 }]
      ) {
        for (const view of [viewFrom, orbitView]) {
          const camera = view(given, { width, height, range });
          const places = corners.map((corner) =>
            pixelOf(rasterCameraOf(camera), toSplatFrame([...corner]))
          );
          for (const [x, y, depth] of places) {
            assert(depth! > 0 && x! > 0 && x! < width && y! > 0 && y! < height, `${x}, ${y}`);
          }
          // At least one side is as close to its edge as the room for figures allows.
          const spread = (k: 0 | 1) =>
            Math.max(...places.map((place) => place[k]!)) -
            Math.min(...places.map((place) => place[k]!));
          const used = Math.max(spread(0) / width, spread(1) / height);
          const usual = view === viewFrom && given.fieldOfView === undefined;
          if (usual) assert(used > 0.5, `${used} of the picture are used`);
        }
      }
    }
  }
  // Around a scene the camera stays as far away.
  const away = [0, 45, 130].map((azimuth) => {
    const camera = orbitView({ azimuth }, { width: 320, height: 180, range: RANGES[0]! });
    return Math.hypot(camera.position[0], camera.position[1]);
  });
  for (const distance of away) assertAlmostEquals(distance, away[0]!, 0.1);
});
