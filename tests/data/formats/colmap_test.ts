import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import {
  COLMAP_MODELS,
  colmapIntrinsics,
  type ColmapReconstruction,
  readColmap,
  readColmapCameras,
  readColmapImages,
  readColmapPoints,
} from "../../../data/formats/colmap.ts";
import { SHARED } from "../../shared_files.ts";
import { writeColmapBinary, writeColmapText } from "./colmap_files.ts";

/** One camera per model, two images (one without observations), two points (one without track). */
function example(): Omit<ColmapReconstruction, "remarks"> {
  const cameras = Object.entries(COLMAP_MODELS).map(([model, names], i) => ({
    ...{ id: i + 3, model, width: 640 + i, height: 480 },
    params: names.map((_, p) => 100 + p / 8),
  }));
  return {
    cameras: new Map(cameras.map((camera) => [camera.id, camera])),
    images: new Map([
      [9, {
        ...{ id: 9, rotation: [0.5, -0.5, 0.5, 0.5], translation: [1, 2.5, -3], cameraId: 4 },
        name: "left/a picture ü.jpg",
        xys: Float64Array.of(1.5, 2.5, 3, 4),
        pointIds: Float64Array.of(70, -1),
      }],
      [2, {
        ...{ id: 2, rotation: [1, 0, 0, 0], translation: [0, 0, 0], cameraId: 3 },
        ...{ name: "b.jpg", xys: new Float64Array(), pointIds: new Float64Array() },
      }],
    ]),
    points: {
      ids: Float64Array.of(70, 2 ** 40),
      positions: Float64Array.of(1, 2, 3, -4, 5.25, 1e-9),
      colors: Uint8Array.of(0, 128, 255, 1, 2, 3),
      errors: Float64Array.of(0.25, 1),
      trackOffsets: Uint32Array.of(0, 2, 2),
      trackImageIds: Int32Array.of(9, 2),
      trackIndices: Int32Array.of(0, 5),
    },
  };
}

Deno.test("a reconstruction reads the same from binary and text files", () => {
  const expected = example();
  for (const files of [writeColmapBinary(expected), writeColmapText(expected)]) {
    const folder = Deno.makeTempDirSync();
    try {
      for (const [name, bytes] of Object.entries(files)) {
        Deno.writeFileSync(join(folder, name), bytes);
      }
      assertEquals(readColmap(folder), { ...expected, remarks: [] });
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  }
});

Deno.test("colmapIntrinsics names the parameters of every lens", () => {
  for (const camera of example().cameras.values()) {
    if (camera.model === "EQUIRECTANGULAR") {
      assertThrows(() => colmapIntrinsics(camera), RangeError, "no fx");
      continue;
    }
    const { fx, fy, cx, cy, distortion } = colmapIntrinsics(camera);
    const single = COLMAP_MODELS[camera.model]![0] === "f";
    assertEquals(
      [fx, fy, cx, cy],
      single ? [100, 100, 100.125, 100.25] : [100, 100.125, 100.25, 100.375],
    );
    assertEquals(Object.keys(distortion).length, camera.params.length - (single ? 3 : 4));
  }
});

Deno.test("text files may have comments, CRLF and no line feed at the end", () => {
  const bytes = new TextEncoder().encode("# Cameras\r\n\r\n1 PINHOLE 4 3 2.0 2.5 2 1.5");
  const camera = readColmapCameras(bytes, { file: "cameras.txt" }).get(1)!;
  assertEquals(camera, { id: 1, model: "PINHOLE", width: 4, height: 3, params: [2, 2.5, 2, 1.5] });
});

const binary = writeColmapBinary(example());
const huge = (bytes: Uint8Array) => {
  const changed = bytes.slice();
  changed.fill(255, 0, 7);
  return changed;
};
const text = (source: string) => new TextEncoder().encode(source);

for (
  const [what, read, bytes, message] of [
    ["a cut camera", readColmapCameras, binary["cameras.bin"]!.subarray(0, 30), "are missing"],
    ["too many cameras", readColmapCameras, huge(binary["cameras.bin"]!), "are missing"],
    ["too many images", readColmapImages, huge(binary["images.bin"]!), "are missing"],
    ["too many points", readColmapPoints, huge(binary["points3D.bin"]!), "are missing"],
    ["a cut image", readColmapImages, binary["images.bin"]!.subarray(0, 85), "are missing"],
    ["a cut track", readColmapPoints, binary["points3D.bin"]!.subarray(0, -1), "are missing"],
  ] as const
) {
  Deno.test(`the binary readers refuse ${what}, naming file and offset`, () => {
    const error = assertThrows(() => read(bytes, { file: "x.bin" }), SyntaxError, message);
    assert(/^Cannot read "x\.bin" at byte \d+: /.test(error.message), error.message);
  });
}

for (
  const [what, read, source, message] of [
    ["an unknown model", readColmapCameras, "1 LENS 4 3 1", `"LENS" is not known`],
    ["too few parameters", readColmapCameras, "1 PINHOLE 4 3 1", "has 1 parameters, PINHOLE has 4"],
    ["no width", readColmapCameras, "1 SIMPLE_PINHOLE 0 3 1 1 1", "0 x 3 pixels"],
    [
      "a camera twice",
      readColmapCameras,
      "1 FISHEYE 4 3 1 1 1 1\n1 FISHEYE 4 3 1 1 1 1",
      "there twice",
    ],
    ["a word", readColmapCameras, "a PINHOLE 4 3 1 1 1 1", `"a" is no number`],
    ["an image without name", readColmapImages, "1 1 0 0 0 0 0 0 1\n", "no ten entries"],
    ["half an observation", readColmapImages, "1 1 0 0 0 0 0 0 1 a\n1 2", "no three entries"],
    ["a colour beyond bytes", readColmapPoints, "1 0 0 0 256 0 0 1", "colour"],
    ["half a track", readColmapPoints, "1 0 0 0 255 0 0 1 5", "incomplete"],
  ] as const
) {
  Deno.test(`the text readers refuse ${what}, naming file and offset`, () => {
    const error = assertThrows(
      () => read(text("#\n" + source), { file: "x.txt" }),
      SyntaxError,
      message,
    );
    assert(/^Cannot read "x\.txt" at byte [1-9]\d*: /.test(error.message), error.message);
  });
}

Deno.test("readColmap says which file or camera is missing", () => {
  const folder = Deno.makeTempDirSync();
  try {
    assertThrows(
      () => readColmap(folder),
      Deno.errors.NotFound,
      "neither cameras.bin nor cameras.txt",
    );
    const broken = example();
    broken.cameras.delete(4);
    for (const [name, bytes] of Object.entries(writeColmapBinary(broken))) {
      Deno.writeFileSync(join(folder, name), bytes);
    }
    assertThrows(() => readColmap(folder), RangeError, "image 9 has camera 4");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("a broken binary file beside good text files: the text is read, with one remark", () => {
  const folder = Deno.makeTempDirSync();
  const write = (files: Record<string, Uint8Array>) => {
    for (const [name, bytes] of Object.entries(files)) {
      Deno.writeFileSync(join(folder, name), bytes);
    }
  };
  try {
    const model = example();
    const binary = writeColmapBinary(model);
    write({ ...binary, ...writeColmapText(model) });
    const whole = readColmap(folder);
    assertEquals(whole.remarks, []);
    // The images are cut: cameras and images come from text, the points stay binary.
    write({ "images.bin": binary["images.bin"]!.subarray(0, 85) });
    const mended = readColmap(folder);
    assertEquals({ ...mended, remarks: [] }, whole);
    assertEquals(mended.remarks.length, 1);
    assert(
      /images\.bin" at byte \d+: .*; cameras\.txt and images\.txt beside it read instead$/
        .test(mended.remarks[0]!),
      mended.remarks[0],
    );
    // A point is broken too: a remark for each.
    write({ "points3D.bin": binary["points3D.bin"]!.subarray(0, -1) });
    const both = readColmap(folder);
    assertEquals({ ...both, remarks: [] }, whole);
    assertEquals(both.remarks.length, 2);
    // Text that cannot be read either: the error is the binary file's.
    Deno.writeTextFileSync(join(folder, "points3D.txt"), "7 0.5\n");
    assertThrows(() => readColmap(folder), SyntaxError, 'points3D.bin" at byte');
    // No text at all.
    Deno.removeSync(join(folder, "cameras.txt"));
    assertThrows(() => readColmap(folder), SyntaxError, 'images.bin" at byte');
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

const real = join(SHARED, "data/scenes/colmap_test23/dense/0/sparse");
const haveReal = (() => {
  try {
    return Deno.statSync(real).isDirectory;
  } catch {
    return false;
  }
})();
if (!haveReal) console.log(`skipped: no COLMAP scene in ${SHARED}`);

Deno.test({
  name: "a real reconstruction: its points fall where its images saw them",
  ignore: !haveReal,
  fn() {
    const { cameras, images, points } = readColmap(real);
    assertEquals([cameras.size, images.size, points.ids.length], [23, 23, 1443]);
    const indexOf = new Map(Array.from(points.ids, (id, i) => [id, i]));
    const errors: number[] = [];
    for (
      const { rotation: [w, x, y, z], translation, cameraId, xys, pointIds } of images.values()
    ) {
      const { fx, fy, cx, cy } = colmapIntrinsics(cameras.get(cameraId)!);
      const r = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
      ];
      pointIds.forEach((id, k) => {
        const i = indexOf.get(id);
        if (i === undefined) return;
        const p = points.positions.subarray(3 * i, 3 * i + 3);
        const [u, v, depth] = r.map((row, a) =>
          row[0]! * p[0]! + row[1]! * p[1]! + row[2]! * p[2]! + translation[a]!
        );
        errors.push(
          Math.hypot(fx * u! / depth! + cx - xys[2 * k]!, fy * v! / depth! + cy - xys[2 * k + 1]!),
        );
      });
    }
    errors.sort((a, b) => a - b);
    assertEquals(errors.length, points.trackImageIds.length);
    const median = errors[errors.length >> 1];
    // The data's own description says 0.25 pixels.
    assert(median! > 0.1 && median! < 0.4, `median reprojection error ${median}`);
  },
});
