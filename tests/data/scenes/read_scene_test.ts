import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { encodePng } from "../../../data/pictures/png/png.ts";
import { PictureStore } from "../../../data/scenes/picture_store.ts";
import { encodePointCloud, readPointCloud } from "../../../data/scenes/points/point_cloud.ts";
import { readScene } from "../../../data/scenes/read_scene.ts";
import { cameraCentre, camerasExtent, viewCamera } from "../../../data/scenes/scene_view.ts";
import { splatsAt, startPoints } from "../../../data/scenes/points/start_points.ts";
import { withTinyScene } from "../../model/splat/tiny_scene.ts";

function inFolder(work: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    work(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    Deno.mkdirSync(join(path, ".."), { recursive: true });
    if (typeof content === "string") Deno.writeTextFileSync(path, content);
    else Deno.writeFileSync(path, content);
  }
}

const PICTURE = encodePng({ width: 8, height: 6, data: new Uint8Array(144).fill(99) });

const AT_ORIGIN = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]];

/** COLMAP's text files: ten cameras along x, looking along z. */
function colmap(model: string): Record<string, string> {
  const images = Array.from(
    { length: 10 },
    (_, i) => `${i + 1} 1 0 0 0 ${-i} 0 0 1 p_${9 - i}.png\n\n`,
  );
  return {
    "sparse/0/cameras.txt": `# made up\n1 ${model}\n`,
    "sparse/0/images.txt": images.join(""),
    "sparse/0/points3D.txt": "7 0.5 1 2 255 0 128 0.1 1 0\n8 1 1 2 1 2 3 0.1 1 1\n",
  };
}

Deno.test("a COLMAP scene: order, hold-out, cameras, missing pictures, points", () => {
  inFolder((folder) => {
    write(folder, colmap("PINHOLE 8 6 10 12 4 3"));
    for (let i = 0; i < 10; i++) if (i !== 3) write(folder, { [`images/p_${i}.png`]: PICTURE });
    const scene = readScene(folder, { eval: true });
    assertEquals(scene.kind, "colmap");
    assertEquals(scene.test.map(({ name }) => name), ["p_0.png", "p_9.png"]);
    assertEquals(
      scene.train.map(({ name }) => name).join(),
      [1, 2, 4, 5, 6, 7, 8].map((i) => `p_${i}.png`).join(),
    );
    assertEquals([scene.remarks, scene.lost.length], [[], 1]);
    assert(scene.lost[0]!.startsWith("1 of 10 pictures are missing"));
    const [view] = scene.test;
    assertAlmostEquals(view!.fov[0], 2 * Math.atan(8 / 20), 1e-12);
    assertAlmostEquals(view!.fov[1], 2 * Math.atan(6 / 24), 1e-12);
    assertEquals(cameraCentre(view!).map((value) => value + 0), [9, 0, 0]);
    // Cameras at x = 1, 2, 3, 4, 5, 7, 8: their mean is 30 / 7.
    assertAlmostEquals(camerasExtent(scene.train), 1.1 * (8 - 30 / 7), 1e-12);
    assertEquals(scene.points!.positions, Float32Array.of(0.5, 1, 2, 1, 1, 2));
    assertEquals(Array.from(scene.points!.colours), [255, 0, 128, 1, 2, 3]);
    assertEquals(readScene(folder).test.length, 0);
    assertEquals(readScene(folder, { eval: true, trainTestExp: true }).train.length, 9);
  });
});

Deno.test("broken binary files of COLMAP beside good text files are told in remarks", () => {
  inFolder((folder) => {
    const broken = new Uint8Array(4);
    write(folder, {
      ...colmap("PINHOLE 8 6 10 12 4 3"),
      ...{ "sparse/0/images.bin": broken, "sparse/0/points3D.bin": broken },
    });
    for (let i = 0; i < 10; i++) write(folder, { [`images/p_${i}.png`]: PICTURE });
    const scene = readScene(folder);
    assertEquals([scene.train.length, scene.points!.positions.length], [10, 6]);
    assertEquals(scene.remarks.length, 2);
    assert(scene.remarks[0]!.includes("cameras.txt and images.txt beside it read instead"));
    assert(scene.remarks[1]!.includes("points3D.txt beside it read instead"));
  });
});

Deno.test("a PLY beside the reconstruction goes before its points", () => {
  inFolder((folder) => {
    const points = { positions: Float32Array.of(1, 2, 3), colours: Uint8Array.of(4, 5, 6) };
    const bytes = encodePointCloud(points);
    write(folder, { ...colmap("SIMPLE_PINHOLE 8 6 10 4 3"), "sparse/0/points3D.ply": bytes });
    for (let i = 0; i < 10; i++) write(folder, { [`images/p_${i}.png`]: PICTURE });
    const file = join(folder, "sparse/0/points3D.ply");
    assertEquals(readScene(folder).points, { ...points, file });
    // Three floats of position, three of normal, three bytes of colour, as the reference writes them.
    const header = new TextDecoder().decode(bytes).split("end_header\n")[0]!;
    assertEquals(bytes.length - header.length - "end_header\n".length, 27);
    assert(header.includes("property uchar red"));
    assertEquals(readPointCloud(file), { ...points, file });
  });
});

Deno.test("panoramas are looked at as they are, and cannot be straightened", () => {
  inFolder((folder) => {
    const frames = [{ file_path: "images/p_1.png", transform_matrix: AT_ORIGIN }];
    const files = {
      "images/p_1.png": PICTURE,
      "transforms.json": JSON.stringify({ camera_model: "EQUIRECTANGULAR", w: 8, h: 6, frames }),
    };
    const scenes = [colmap("EQUIRECTANGULAR 8 6 8 6"), files];
    for (const scene of scenes) {
      write(folder, { "images/p_1.png": PICTURE, ...scene });
      const [view] = readScene(folder).train;
      const { lens } = viewCamera(view!, [16, 12]);
      assertEquals(lens!.kind, "equirectangular");
      assertEquals(lens!.focal, [16 / (2 * Math.PI), 12 / Math.PI]);
      assertEquals(lens!.centre, [8, 6]);
      assertThrows(
        () => readScene(folder, { lenses: "undistort" }),
        RangeError,
        "Cannot straighten a panorama",
      );
      for (const { name } of Deno.readDirSync(folder)) {
        Deno.removeSync(join(folder, name), { recursive: true });
      }
    }
  });
});

Deno.test("scenes that cannot be trained on are refused by what they are", () => {
  inFolder((folder) => {
    assertThrows(() => readScene(folder), Error, "neither sparse/ of COLMAP nor");
    write(folder, colmap("FOV 8 6 10 10 4 3 0.1"));
    write(folder, { "images/p_1.png": PICTURE });
    assertThrows(() => readScene(folder), RangeError, "camera 1: its lens is FOV, pinhole cameras");
    write(folder, colmap("PINHOLE 8 6 10 12 4 3"));
    Deno.removeSync(join(folder, "images"), { recursive: true });
    assertThrows(
      () => readScene(folder),
      RangeError,
      "none of its views has a picture; there is no folder",
    );
  });
});

Deno.test("a Blender scene: cameras look at the origin, random grey points", async () => {
  await withTinyScene((folder) => {
    const scene = readScene(folder, { eval: true });
    assertEquals([scene.kind, scene.train.length, scene.test.length], ["blender", 6, 2]);
    for (const view of scene.train) {
      // The origin lies on the axis, at the camera's distance.
      const [x, y, z] = view.translation as [number, number, number];
      assertAlmostEquals(x, 0, 1e-12);
      assertAlmostEquals(y, 0, 1e-12);
      assertAlmostEquals(z, Math.hypot(3, 0.6), 1e-12);
      assertAlmostEquals(view.fov[0], 0.7, 1e-12);
    }
    assertEquals(new Set(readScene(folder).train.map(({ name }) => name)).size, 8);
    const points = startPoints(scene, 5);
    assertEquals(points.positions.length, 300_000);
    assert(points.positions.every((value) => Math.abs(value) <= 1.3));
    assertEquals(startPoints(scene, 5), points);
    assertEquals(startPoints(scene, 5, 7).positions, points.positions.slice(0, 21));
    const few = { positions: points.positions.slice(0, 30), colours: points.colours.slice(0, 30) };
    const splats = splatsAt(few, 2);
    assertEquals([splats.count, splats.degree], [10, 2]);
    assertAlmostEquals(splats.opacities[0]!, -2.1972246, 1e-6);
    assertAlmostEquals(splats.shDc[0]!, (127 / 255 - 0.5) / 0.28209479177387814, 1e-6);
    assertEquals(Array.from(splats.quaternions.slice(0, 4)), [1, 0, 0, 0]);
    return Promise.resolve();
  });
});

Deno.test("a transforms.json of instant-ngp: lens, hold-out, and what it cannot be", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const frames = Array.from({ length: 9 }, (_, i) => ({
      file_path: `images/${i}.png`,
      transform_matrix: [[1, 0, 0, i], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]],
    }));
    const lens = { fl_x: 10, fl_y: 10, cx: 4.5, cy: 3, w: 8, h: 6, k1: 0.1 };
    const json = (more: object) => JSON.stringify({ ...lens, frames, ...more });
    write(folder, { "transforms.json": json({}) });
    for (let i = 0; i < 9; i++) write(folder, { [`images/${i}.png`]: PICTURE });
    const scene = readScene(folder, { eval: true });
    assertEquals(scene.test.map(({ name }) => name), ["0", "8"]);
    const [first] = scene.train;
    const { zoom, ...bent } = first!.lens!;
    const none = { divisor: [0, 0, 0], tangential: [0, 0], thin: [0, 0, 0, 0] } as const;
    assertEquals(bent, {
      focal: [10, 10],
      centre: [4.5, 3],
      distortion: { kind: "opencv", radial: [0.1, 0, 0, 0], ...none },
    });
    assertAlmostEquals(Math.tan(first!.fov[0] / 2), 8 / (20 * zoom!), 1e-12);
    // As it is, the camera has the lens, in pixels of the picture.
    const [native] = readScene(folder, { lenses: "native" }).train;
    assertEquals([native!.lens!.zoom, native!.centre], [null, [4.5, 3]]);
    const camera = viewCamera(native!, [16, 12]);
    assertEquals([camera.lens!.focal, camera.lens!.centre], [[20, 20], [9, 6]]);
    assertEquals(viewCamera(first!, [16, 12]).lens, undefined);
    // OpenGL's camera looks along -z, so in ours z is forward after y and z change sign.
    assertEquals(scene.train[0]!.rotation.map((value) => value + 0), [1, 0, 0, 0, -1, 0, 0, 0, -1]);
    const picture = await new PictureStore(1e6, 1).load(scene.train[0]!);
    assertEquals([picture.width, picture.height], [8, 6]);
    // The corners too: the zoom leaves no margins.
    assert(picture.data.every((value, i) => value === (i % 4 === 3 ? 255 : 99)));
    write(folder, { "transforms.json": json({ is_fisheye: true }) });
    assertEquals(readScene(folder).train[0]!.lens!.distortion.kind, "fisheye");
    write(folder, { "transforms.json": json({ k3: 0.2, k4: 0.1 }) });
    assertEquals(readScene(folder).train[0]!.lens!.distortion.radial, [0.1, 0, 0.2, 0.1]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("a pinhole camera projects as the specification says", () => {
  const camera = viewCamera({
    fov: [2 * Math.atan(64 / 120), 2 * Math.atan(48 / 110)],
    rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    translation: [0, 0, 0],
  }, [64, 48]);
  const point = [0.3, -0.2, 2, 1];
  const clip = [0, 1, 3].map((k) =>
    point.reduce((sum, value, row) => sum + value * camera.projection[4 * row + k]!, 0)
  );
  const pixel = [64, 48].map((side, k) => ((clip[k]! / clip[2]! + 1) * side - 1) / 2);
  assertAlmostEquals(pixel[0]!, 40.5, 1e-5);
  assertAlmostEquals(pixel[1]!, 18, 1e-5);
});

Deno.test("a folder that is no scene is refused by what is wrong with it", () => {
  inFolder((folder) => {
    write(folder, { "transforms.json": "{}", "images/a.png": PICTURE });
    assertThrows(() => readScene(join(folder, "absent")), Error, "there is no such folder");
    assertThrows(
      () => readScene(join(folder, "images")),
      Error,
      `nor transforms_train.json nor transforms.json, "${folder}" has`,
    );
  });
});
