import { assert, assertEquals, assertRejects } from "@std/assert";
import { decode } from "fast-png";
import { join } from "@std/path";
import { encodeJpeg } from "../../../data/pictures/jpeg/jpeg.ts";
import { CAMERA_NAMES } from "../../../data/nuscenes/cameras.ts";
import type { KeyFrame } from "../../../data/occupancy/key_frame.ts";
import { writeInfos } from "../../../data/nuscenes/infos_writer.ts";
import { projectKeyFrame } from "../../../data/drawing/project_key_frame.ts";
import { depthColour, projectSweep } from "../../../data/drawing/projected_sweep.ts";

const SIZE = { width: 64, height: 36 };
const still = { rotation: [1, 0, 0, 0], translation: [0, 0, 0] } as const;

/** A key frame whose cameras all look along z of the lidar frame, gray pictures, and these points. */
async function withFrame(
  points: readonly (readonly [number, number, number])[],
  check: (dir: string, frame: KeyFrame) => Promise<void>,
) {
  const dir = await Deno.makeTempDir();
  const frame: KeyFrame = {
    token: "t",
    sceneToken: "s",
    index: 0,
    timestamp: 1,
    cameras: CAMERA_NAMES.map((name) => ({
      name,
      file: "gray.jpg",
      timestamp: 1,
      sensorToEgo: still,
      // Each camera's car stands 5 m further along z than the one before.
      egoToGlobal: { ...still, translation: [0, 0, 5 * CAMERA_NAMES.indexOf(name)] },
      intrinsic: [32, 0, 32, 0, 32, 18, 0, 0, 1],
    })),
    lidar: { file: "sweep.pcd.bin", sensorToEgo: still, egoToGlobal: still },
  };
  try {
    const gray = { ...SIZE, data: new Uint8Array(3 * 64 * 36).fill(128) };
    await Deno.mkdir(join(dir, "nuscenes"));
    await Deno.writeFile(join(dir, "nuscenes", "gray.jpg"), encodeJpeg(gray));
    const sweep = Float32Array.from(points.flatMap(([x, y, z]) => [x, y, z, 9, 3]));
    await Deno.writeFile(join(dir, "nuscenes", "sweep.pcd.bin"), new Uint8Array(sweep.buffer));
    await check(dir, frame);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

// Ahead on the axis at 12 m, the same pixel at 30 m, far to the right, behind.
const POINTS = [[0, 0, 12], [0, 0, 30], [40, 0, 12], [0, 0, -5]] as const;

Deno.test("points land by their depth in each camera, the nearest on top", () =>
  withFrame(POINTS, async (dir, frame) => {
    const { picture, cameras, points } = await projectSweep(frame, join(dir, "nuscenes"), {
      width: 64,
    });
    assertEquals(points, 4);
    assertEquals(cameras.map(({ name }) => name), [...CAMERA_NAMES]);
    // The third camera stands at 10 m: 2 m from the first point; the fourth, at 15 m, has passed it.
    assertEquals(cameras.map(({ inside }) => inside), [2, 2, 2, 1, 1, 1]);
    assertEquals(cameras[2]!.nearest, 2);
    assertEquals(cameras[2]!.farthest, 20);
    assertEquals([picture.width, picture.height], [3 * 64, 2 * 36]);
    const pixel = (column: number, row: number, x: number, y: number) => {
      const at = 3 * ((row * 36 + y) * picture.width + column * 64 + x);
      return [...picture.data.subarray(at, at + 3)];
    };
    // The front camera is in the middle above, the left one (third) left of it, the right one right.
    assertEquals(pixel(1, 0, 32, 18), depthColour(12));
    assertEquals(pixel(0, 0, 32, 18), depthColour(2));
    assertEquals(pixel(2, 0, 32, 18), depthColour(7));
    assertEquals(pixel(1, 1, 32, 18), depthColour(15));
    assert(pixel(1, 0, 10, 10).every((value) => Math.abs(value - 128) < 4));
  }));

Deno.test("colours go from red over green to blue", () => {
  assertEquals(depthColour(1), [255, 0, 0]);
  assertEquals(depthColour(Math.sqrt(3 * 60)), [0, 255, 0]);
  assertEquals(depthColour(500), [0, 0, 255]);
});

Deno.test("a key frame of an index becomes a PNG; one past its end is refused", () =>
  withFrame(POINTS, async (dir, frame) => {
    await Deno.mkdir(join(dir, "nuscenes_cam"));
    writeInfos(join(dir, "nuscenes_cam", "nuscenes_infos_val_sweeps_occ.json"), [frame]);
    const options = { dataDir: dir, split: "val", frame: 0, width: 32 } as const;
    const out = join(dir, "out.png");
    const report = await projectKeyFrame({ ...options, out });
    assertEquals([report.token, report.keyFrames, report.points], ["t", 1, 4]);
    const { width, height } = decode(await Deno.readFile(out));
    assertEquals([width, height], [96, 36]);
    await assertRejects(
      () => projectKeyFrame({ ...options, frame: 1, out }),
      RangeError,
      "Cannot draw key frame 1: the index has 1, counted from 0",
    );
  }));
