import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { encodePointCloud } from "../../../../data/scenes/points/point_cloud.ts";
import type { Scene } from "../../../../data/scenes/scene.ts";
import type { SceneView } from "../../../../data/scenes/scene_view.ts";
import { MODEL_DEFAULTS } from "../../../../model/splat/config.ts";
import { ModelFolder } from "../../../../model/splat/scene/model_folder.ts";
import { madeUpSplats } from "../../../data/splats/made_up.ts";

function view(name: string, translation: number[]): SceneView {
  return {
    name,
    file: name,
    pixels: [100, 50],
    calibration: [100, 50],
    fov: [Math.PI / 2, 2 * Math.atan(0.5)],
    // A quarter turn about z: the world's x is the camera's y.
    rotation: [0, -1, 0, 1, 0, 0, 0, 0, 1],
    translation,
    test: false,
  };
}

const SCENE: Scene = {
  kind: "colmap",
  folder: "/scene",
  train: [view("b.png", [1, 2, 3])],
  test: [view("a.png", [4, 5, 0.5])],
  points: null,
  withoutPoints: "it has none",
  remarks: [],
  lost: [],
};

Deno.test("a model's folder has the reference's files, byte for byte", async () => {
  const root = Deno.makeTempDirSync();
  try {
    const points = { positions: Float32Array.of(1, 2, 3), colours: Uint8Array.of(4, 5, 6) };
    // A scene's own file is copied as it is, comments and all.
    const file = join(root, "points.ply");
    const commented = new TextDecoder("latin1").decode(encodePointCloud(points))
      .replace("1.0\n", "1.0\ncomment mine\n");
    Deno.writeFileSync(file, Uint8Array.from(commented, (letter) => letter.charCodeAt(0)));
    const folder = new ModelFolder(join(root, "model"));
    const options = { ...MODEL_DEFAULTS, source_path: "/scene", model_path: "out" };
    await folder.begin(options, SCENE, { ...points, file });
    const read = (name: string) => Deno.readTextFileSync(join(folder.path, name));
    assertEquals(
      read("cfg_args"),
      "Namespace(sh_degree=3, source_path='/scene', model_path='out', images='images', depths='', " +
        "resolution=-1, white_background=False, train_test_exp=False, data_device='cuda', eval=False)",
    );
    assertEquals(Deno.readFileSync(join(folder.path, "input.ply")), Deno.readFileSync(file));
    const rest = '"rotation": [[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]], ' +
      '"fy": 50.00000000000001, "fx": 50.00000000000001}';
    assertEquals(
      read("cameras.json"),
      `[{"id": 0, "img_name": "a.png", "width": 100, "height": 50, "position": [-5.0, 4.0, -0.5], ` +
        `${rest}, {"id": 1, "img_name": "b.png", "width": 100, "height": 50, ` +
        `"position": [-2.0, 1.0, -3.0], ${rest}]`,
    );
    // Points that are there stay where none are given, as when a run goes on.
    await folder.begin(options, SCENE, null);
    assertEquals(Deno.readFileSync(join(folder.path, "input.ply")), Deno.readFileSync(file));

    const splats = madeUpSplats(3, 1);
    const ply = await folder.save(7, splats, {
      poses: null,
      appearance: {
        name: "none",
        settings: { ppisp_controller: false, iterations: 7 },
        steps: 0,
        views: SCENE.train.map(({ name }) => name),
        cameras: 1,
        arrays: {},
      },
    });
    assertEquals(ply, join(folder.path, "point_cloud/iteration_7/point_cloud.ply"));
    const row = (k: number) =>
      `    [\n${[0, 1, 2, 3].map((i) => `      ${Number(i === k).toFixed(1)}`).join(",\n")}\n    ]`;
    assertEquals(
      read("exposure.json"),
      `{\n  "b.png": [\n${[0, 1, 2].map(row).join(",\n")}\n  ]\n}`,
    );
    const names = ["x", "y", "z", "nx", "ny", "nz", "f_dc_0", "f_dc_1", "f_dc_2"]
      .concat(Array.from({ length: 9 }, (_, i) => `f_rest_${i}`))
      .concat(["opacity", "scale_0", "scale_1", "scale_2", "rot_0", "rot_1", "rot_2", "rot_3"]);
    const header = "ply\nformat binary_little_endian 1.0\nelement vertex 3\n" +
      names.map((name) => `property float ${name}\n`).join("") + "end_header\n";
    const bytes = Deno.readFileSync(ply);
    assertEquals(new TextDecoder().decode(bytes.subarray(0, header.length)), header);
    assertEquals(bytes.length, header.length + 3 * 4 * names.length);
    const floats = new Float32Array(bytes.slice(header.length).buffer);
    assertEquals(floats.subarray(3, 6), new Float32Array(3));
    // Harmonics stand channel by channel in the file, coefficient by coefficient in memory.
    const rests = (k: number, c: number) => splats.shRest[3 * k + c]!;
    assertEquals(
      Array.from(floats.subarray(9, 18)),
      [0, 1, 2].flatMap((c) => [0, 1, 2].map((k) => rests(k, c))),
    );
    assertEquals(floats[18], splats.opacities[0]);
    assertEquals(floats.subarray(22, 26), splats.quaternions.subarray(0, 4));
    assertEquals(folder.lastIteration(), 7);
    assertThrows(() => new ModelFolder(root).lastIteration(), Error, "no folder");
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});
