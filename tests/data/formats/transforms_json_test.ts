import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { dirname } from "@std/path";
import {
  cameraFromWorld,
  readTransforms,
  transformsIntrinsics,
} from "../../../data/formats/transforms_json.ts";
import { FileFinder } from "../../../data/files/file_finder.ts";
import { filesUnder, SHARED } from "../../shared_files.ts";

const bytesOf = (json: unknown) => new TextEncoder().encode(JSON.stringify(json));
const rows = [[1, 0, 0, 2], [0, 0, -1, 3], [0, 1, 0, 4], [0, 0, 0, 1]];

Deno.test("readTransforms: a Blender scene has one field of view and paths without extension", () => {
  const { frames } = readTransforms(bytesOf({
    camera_angle_x: Math.PI / 2,
    frames: [{ file_path: "./train/r_0", rotation: 0.1, transform_matrix: rows }],
  }));
  const [frame] = frames;
  assertEquals(frame!.worldFromCamera, rows.flat());
  assertEquals([frame!.imagePath, frame!.camera.model], ["./train/r_0", null]);
  const intrinsics = transformsIntrinsics(frame!.camera, { width: 800, height: 600 });
  assertAlmostEquals(intrinsics.fx, 400, 1e-9);
  assertEquals(intrinsics, { ...intrinsics, fy: intrinsics.fx, cx: 400, cy: 300 });
});

Deno.test("readTransforms: a frame's own lens goes before that of the file", () => {
  const { frames, pointsPath, aabbScale, appliedTransform } = readTransforms(bytesOf({
    camera_model: "OPENCV_FISHEYE",
    fl_x: 10,
    fl_y: 11,
    w: 20,
    h: 30,
    cx: 9,
    k1: 0.5,
    aabb_scale: 4,
    ply_file_path: "points.ply",
    applied_transform: rows.slice(0, 3),
    frames: [
      { file_path: "a.jpg", transform_matrix: rows, mask_path: "m.png", depth_file_path: "d.png" },
      {
        file_path: "b.jpg",
        transform_matrix: rows.slice(0, 3),
        fl_x: 99,
        k1: 0,
        camera_model: "OPENCV",
      },
    ],
  }));
  assertEquals([pointsPath, aabbScale, appliedTransform], [
    "points.ply",
    4,
    rows.slice(0, 3).flat(),
  ]);
  const [a, b] = frames;
  assertEquals([a!.maskPath, a!.depthPath, b!.maskPath], ["m.png", "d.png", null]);
  assertEquals([a!.camera.fisheye, a!.camera.distortion], [true, { k1: 0.5 }]);
  assertEquals([b!.camera.fisheye, b!.camera.distortion], [false, { k1: 0 }]);
  const size = { width: 20, height: 30 };
  assertEquals(transformsIntrinsics(a!.camera), { ...size, fx: 10, fy: 11, cx: 9, cy: 15 });
  assertEquals(transformsIntrinsics(b!.camera), { ...size, fx: 99, fy: 11, cx: 9, cy: 15 });
  assertEquals(b!.worldFromCamera, rows.flat());
  assertEquals([a!.camera.model, b!.camera.model], ["OPENCV_FISHEYE", "OPENCV"]);
});

Deno.test("cameraFromWorld looks along +z with y down", () => {
  const [frame] = readTransforms(bytesOf({
    frames: [{ file_path: "a.png", transform_matrix: rows }],
  })).frames;
  const m = cameraFromWorld(frame!);
  const apply = (p: number[]) =>
    [0, 1, 2].map((row) =>
      m[4 * row]! * p[0]! + m[4 * row + 1]! * p[1]! + m[4 * row + 2]! * p[2]! + m[4 * row + 3]!
    );
  // The camera stands at (2, 3, 4); OpenGL's -z axis is the world's +y here, its up the world's +z.
  assertEquals(apply([2, 3, 4]).map(Math.abs), [0, 0, 0]);
  assertEquals(apply([2, 8, 4]).map((x) => x + 0), [0, 0, 5]);
  assertEquals(apply([2, 3, 5]).map((x) => x + 0), [0, -1, 0]);
  const flat = { ...frame!, worldFromCamera: new Array(16).fill(0) };
  assertThrows(() => cameraFromWorld(flat), RangeError, `"a.png"`);
});

const frame = { file_path: "a", transform_matrix: rows };
for (
  const [what, json, message] of [
    ["a list", [], "not a JSON object"],
    ["no frames", {}, "no list of frames"],
    ["a frame that is a number", { frames: [1] }, "frame 0 is not an object"],
    ["a frame without path", { frames: [{ transform_matrix: rows }] }, "frame 0 has no file_path"],
    ["a frame without matrix", { frames: [frame, { file_path: "a" }] }, "the matrix of frame 1"],
    ["a matrix of words", { frames: [{ ...frame, transform_matrix: [["a"]] }] }, "4 x 4 numbers"],
    ["a focal length of words", { fl_x: "1", frames: [] }, "fl_x that is no number"],
    ["a negative width", { w: -1, frames: [] }, "width of -1"],
  ] as const
) {
  Deno.test(`readTransforms refuses ${what}`, () => {
    const error = assertThrows(
      () => readTransforms(bytesOf(json), { file: "t.json" }),
      SyntaxError,
      message,
    );
    assert(error.message.startsWith(`Cannot read "t.json" at byte 0: `));
  });
}

Deno.test("readTransforms says where the JSON breaks, and intrinsics what is missing", () => {
  const bytes = new TextEncoder().encode('{"frames": [] x}');
  assertThrows(() => readTransforms(bytes, { file: "t.json" }), SyntaxError, "at byte 14");
  const { frames } = readTransforms(bytesOf({ frames: [frame] }));
  assertThrows(() => transformsIntrinsics(frames[0]!.camera), RangeError, "no size");
  const size = { width: 2, height: 2 };
  assertThrows(() => transformsIntrinsics(frames[0]!.camera, size), RangeError, "no focal length");
});

const real = filesUnder("data/scenes", /^transforms.*\.json$/);

Deno.test({
  name: "real transforms.json files: rigid poses, images where the paths say",
  ignore: real.length === 0,
  fn() {
    for (const path of real) {
      const { frames } = readTransforms(path);
      const finder = new FileFinder(dirname(path), ["png", "jpg"]);
      let images = 0;
      for (const frame of frames) {
        const m = cameraFromWorld(frame);
        for (const [a, b] of [[0, 0], [0, 1], [0, 2], [1, 1], [1, 2], [2, 2]]) {
          const dot = [0, 1, 2].reduce((sum, i) => sum + m[4 * a! + i]! * m[4 * b! + i]!, 0);
          assertAlmostEquals(dot, a === b ? 1 : 0, 1e-4, path);
        }
        assert(transformsIntrinsics(frame.camera, { width: 800, height: 800 }).fx > 100);
        if (finder.find(frame.imagePath).path !== null) images++;
      }
      assert(images > 0 && images < frames.length, `${path}: ${images} images`);
    }
  },
});
if (real.length === 0) console.log(`skipped: no scenes in ${SHARED}`);
