import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { encodePng } from "../../../data/pictures/png/png.ts";
import { pictureSize, readPicture } from "../../../data/pictures/read_picture.ts";
import { resizePicture } from "../../../data/pictures/resize_picture.ts";
import { distorted, fullZoom, undistort } from "../../../data/scenes/undistort.ts";
import { filesUnder, SHARED } from "../../shared_files.ts";

Deno.test("pictures of any channels come as RGBA", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const cases: [number, number[], number[]][] = [
      [1, [7], [7, 7, 7, 255]],
      [2, [7, 9], [7, 7, 7, 9]],
      [3, [1, 2, 3], [1, 2, 3, 255]],
      [4, [1, 2, 3, 4], [1, 2, 3, 4]],
    ];
    for (const [channels, pixel, expected] of cases) {
      const file = join(folder, `${channels}.png`);
      Deno.writeFileSync(
        file,
        encodePng({ width: 1, height: 1, channels, data: Uint8Array.from(pixel) }),
      );
      assertEquals(pictureSize(file), [1, 1]);
      assertEquals(Array.from((await readPicture(file)).data), expected);
    }
    const deep = join(folder, "deep.png");
    const data = Uint16Array.of(0x1234, 0xffff, 0x00ff);
    Deno.writeFileSync(deep, encodePng({ width: 1, height: 1, data }));
    assertEquals(Array.from((await readPicture(deep)).data), [0x12, 0xff, 0, 255]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("what is transparent does not colour what is not", () => {
  const data = Uint8Array.of(255, 0, 0, 255, 0, 255, 0, 0);
  const { data: one } = resizePicture({ width: 2, height: 1, channels: 4, data }, [1, 1]);
  assertEquals(Array.from(one), [255, 0, 0, 128]);
});

const STORED = "golden/splat_training/resized";
const stored = [
  ...filesUnder(`${STORED}/test23_r8/images`, /\.png$/).slice(0, 2).map((file) =>
    [file, join(SHARED, "data/scenes/colmap_test23/dense/0/images")] as const
  ),
  ...filesUnder(`${STORED}/chair_r8/train`, /\.png$/).slice(0, 2).map((file) =>
    [file, join(SHARED, "data/scenes/blender_chair/train")] as const
  ),
];
if (!stored.length) console.log("skipped: the pictures that Pillow reduced are not there");

Deno.test({
  name: "pictures are reduced to the bytes that Pillow gives",
  ignore: !stored.length,
  fn: async () => {
    for (const [file, folder] of stored) {
      const stem = file.slice(file.lastIndexOf("/") + 1).replace(".png", "");
      const [source] = [...Deno.readDirSync(folder)].filter(({ name }) =>
        name.replace(/\.\w+$/, "") === stem
      );
      const expected = await readPicture(file);
      const size = [expected.width, expected.height] as const;
      assertEquals(resizePicture(await readPicture(join(folder, source!.name)), size), expected);
    }
  },
});

Deno.test("a lens without distortion and in the middle leaves a picture as it is", () => {
  const data = Uint8Array.from({ length: 4 * 35 }, (_, i) => (i * 37) % 256);
  const picture = { width: 7, height: 5, channels: 4 as const, data };
  const lens = { focal: [9, 9], centre: [3.5, 2.5], distortion: [0, 0, 0, 0], zoom: 1 } as const;
  assertEquals(undistort(picture, { lens, calibration: [7, 5] }), picture);
  // Half a picture to the right: the left half of the result comes from outside.
  const aside = { ...lens, centre: [0, 2.5] } as const;
  const moved = undistort(picture, { lens: aside, calibration: [7, 5] });
  assertEquals(Array.from(moved.data.slice(0, 12)), new Array(12).fill(0));
});

Deno.test("a zoom leaves no margins that the lens did not see", () => {
  const size = [70, 50] as const;
  const straight = { focal: [60, 60], centre: [35, 25], distortion: [0, 0, 0, 0] } as const;
  assertEquals(fullZoom(straight, size), 1);
  // A barrel shows more than a pinhole camera does, a pincushion less.
  assertEquals(fullZoom({ ...straight, distortion: [-0.1, 0, 0, 0] }, size), 1);
  // Two pixels off: 34.5 pixels of 70 are left beside the middle, less half a pixel.
  const aside = { ...straight, centre: [33, 25] } as const;
  assertAlmostEquals(fullZoom(aside, size), 34.5 / 33, 1e-6);
  for (const lens of [aside, { ...straight, distortion: [0.3, 0.1, 0.01, -0.02] } as const]) {
    const data = new Uint8Array(4 * 70 * 50).fill(200);
    const picture = { width: 70, height: 50, channels: 4 as const, data };
    const zoom = fullZoom(lens, size);
    assert(zoom > 1.01 && zoom < 1.5, `${zoom}`);
    const seen = (zoom: number) =>
      undistort(picture, { lens: { ...lens, zoom }, calibration: [70, 50] }).data
        .every((value) => value === 200);
    assert(seen(zoom) && !seen(0.97 * zoom));
  }
});

Deno.test("distortion is that of OpenCV's model", () => {
  // Worked out by hand: r^2 = 0.13, radial 1 + 0.1 r^2 + 0.02 r^4 = 1.013338, then
  // x radial + 2 p1 x y + p2 (r^2 + 2 x^2) and y radial + p1 (r^2 + 2 y^2) + 2 p2 x y.
  const [x, y] = distorted(0.3, -0.2, [0.1, 0.02, 0.003, -0.004]);
  assertAlmostEquals(x, 0.3040014 - 0.00036 - 0.00124, 1e-12);
  assertAlmostEquals(y, -0.2026676 + 0.00063 + 0.00048, 1e-12);
});
