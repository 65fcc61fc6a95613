import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { encodePng } from "../../../data/pictures/png/png.ts";
import { pictureSize, readPicture } from "../../../data/pictures/read_picture.ts";
import { resizePicture } from "../../../data/pictures/resize_picture.ts";
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
