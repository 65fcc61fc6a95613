// reference: the projection of single points, worked out by hand
import { assertAlmostEquals, assertThrows } from "@std/assert";
import { lookAt } from "../../../../../gpu/ops/gaussian/rasterize/camera_pose.ts";

/** Pixel and depth of a point, from the camera's matrices alone. */
function project(camera: ReturnType<typeof lookAt>, point: readonly number[]) {
  const times = (matrix: ArrayLike<number>) =>
    [0, 1, 2, 3].map((column) =>
      [...point, 1].reduce((sum, value, row) => sum + value * matrix[4 * row + column]!, 0)
    );
  const [x, y, , w] = times(camera.projection) as [number, number, number, number];
  return {
    column: ((x / w + 1) * camera.width - 1) / 2,
    row: ((y / w + 1) * camera.height - 1) / 2,
    depth: times(camera.view)[2]!,
  };
}

Deno.test("a camera that looks at a point has it in the middle, up is up and right is right", () => {
  const camera = lookAt({
    width: 64,
    height: 48,
    position: [1, -2, -4],
    target: [1, -2, 0],
    fieldOfView: Math.PI / 2,
  });
  const middle = project(camera, [1, -2, 0]);
  assertAlmostEquals(middle.column, 31.5, 1e-9);
  assertAlmostEquals(middle.row, 23.5, 1e-9);
  assertAlmostEquals(middle.depth, 4, 1e-9);
  // 45 degrees above the axis (y points down) is the upper edge, half a pixel beyond row 0.
  assertAlmostEquals(project(camera, [1, -6, 0]).row, -0.5, 1e-9);
  assertAlmostEquals(project(camera, [5, -2, 0]).column, 31.5 + 24, 1e-9);
});

Deno.test("with z up, a camera from the side keeps z up", () => {
  const camera = lookAt({
    width: 40,
    height: 40,
    position: [3, -7, 2],
    target: [0, 0, 1],
    up: [0, 0, 1],
  });
  const [low, high] = [project(camera, [0, 0, 0.5]), project(camera, [0, 0, 1.5])];
  assertAlmostEquals(low.column, high.column, 1e-9);
  assertAlmostEquals(project(camera, [0, 0, 1]).row, 19.5, 1e-9);
  if (!(high.row < low.row)) throw new Error("up points down");
});

Deno.test("a camera without a direction is refused", () => {
  const size = { width: 8, height: 8 };
  assertThrows(
    () => lookAt({ ...size, position: [1, 1, 1], target: [1, 1, 1] }),
    RangeError,
    "Cannot make a camera",
  );
  assertThrows(
    () => lookAt({ ...size, position: [0, 0, 0], target: [0, 2, 0] }),
    RangeError,
    "not along its up",
  );
});
