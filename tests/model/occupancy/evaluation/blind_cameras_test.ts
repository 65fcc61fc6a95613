import { assertEquals } from "@std/assert";
import { CAMERA_NAMES } from "../../../../data/nuscenes/cameras.ts";
import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import { blindCameras } from "../../../../model/occupancy/evaluation/blind_cameras.ts";

const RANGE = [-50, -50, -5, 50, 50, 3] as const;

/** A pinhole 1.5 m above the ground that looks along (cos, sin, 0), or up. */
function looking(angle: number, up = false): number[] {
  const [f, x, y] = [800, 800, 432];
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  // Right, down and ahead of the camera in the lidar frame.
  const axes = up ? [[s, -c, 0], [c, s, 0], [0, 0, 1]] : [[s, -c, 0], [0, 0, -1], [c, s, 0]];
  const along = (i: number) => [...axes[i]!, up ? (i === 2 ? -60 : 0) : 0] as number[];
  const [right, down, ahead] = [0, 1, 2].map(along) as [number[], number[], number[]];
  const row = (a: number[], f: number, shift: number) => a.map((v, i) => f * v + shift * ahead[i]!);
  return [...row(right, f, x), ...row(down, f, y), ...ahead, 0, 0, 0, 1];
}

Deno.test("a camera that sees nothing of the grid is told by name", () => {
  const views = [0, 1, 2, 3, 4, 5].map((i) => looking(i, i === 2));
  const sample = {
    token: "abc",
    task: surroundOcc,
    projection: Float32Array.from(views.flat()),
    imageWh: Float32Array.from(views.flatMap(() => [1600, 864])),
  };
  assertEquals(blindCameras(sample, { range: RANGE }), [{
    token: "abc",
    camera: CAMERA_NAMES[2]!,
  }]);
  // Nothing of it is a number.
  sample.projection.fill(NaN, 0, 12);
  assertEquals(blindCameras(sample, { range: RANGE }).map(({ camera }) => camera), [
    CAMERA_NAMES[0],
    CAMERA_NAMES[2],
  ]);
});
