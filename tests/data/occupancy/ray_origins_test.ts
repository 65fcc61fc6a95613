import { assertEquals } from "@std/assert";
import type { KeyFrame } from "../../../data/occupancy/key_frame.ts";
import { rayOrigins } from "../../../data/occupancy/ray_origins.ts";
import type { Pose } from "../../../data/occupancy/rigid.ts";

const half = Math.SQRT1_2;
// x of the lidar is to the right of the car.
const lidar: Pose = { rotation: [half, 0, 0, -half], translation: [1, 0, 2] };

/** A car that drives along x, so many metres a key frame. */
function drive(count: number, metres: number): KeyFrame[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ token: `${index}`, sceneToken: "s", index, timestamp: index, cameras: [] },
    lidar: {
      file: "",
      sensorToEgo: lidar,
      egoToGlobal: { rotation: [1, 0, 0, 0], translation: [metres * index, 7, 0] },
    },
  }));
}

const rounded = (origins: Float64Array) =>
  Array.from(origins, (value) => Math.round(value * 100) / 100);

Deno.test("rays begin where the lidar was along the scene, in the labels' frame", () => {
  const scene = drive(3, 10);
  assertEquals(rounded(rayOrigins(scene[1]!, scene, "ego")), [-9, 0, 2, 1, 0, 2, 11, 0, 2]);
  // What is ahead of the car is along y of the lidar.
  assertEquals(rounded(rayOrigins(scene[1]!, scene, "lidar")).map((value) => value + 0), [
    ...[0, -10, 0],
    ...[0, 0, 0],
    ...[0, 10, 0],
  ]);
});

Deno.test("places outside of the grid are left out, of more than eight eight are taken evenly", () => {
  const far = drive(9, 11);
  // 1 + 11 k ahead, less than 39 m away: k from -3 to 3.
  assertEquals(
    rounded(rayOrigins(far[4]!, far, "ego")).filter((_, i) => i % 3 === 0),
    [-32, -21, -10, 1, 12, 23, 34],
  );
  const near = drive(16, 1);
  // round(15 i / 7), halves to even: 0 2 4 6 9 11 13 15.
  assertEquals(
    rounded(rayOrigins(near[0]!, near, "ego")).filter((_, i) => i % 3 === 0),
    [0, 2, 4, 6, 9, 11, 13, 15].map((k) => 1 + k),
  );
  // 9 places: 8 i / 7 = 0, 1.14, 2.29, 3.43, 4.57, 5.71, 6.86, 8.
  const nine = drive(9, 1);
  assertEquals(
    rounded(rayOrigins(nine[0]!, nine, "ego")).filter((_, i) => i % 3 === 0),
    [0, 1, 2, 3, 5, 6, 7, 8].map((k) => 1 + k),
  );
});
