import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { encodeJpeg } from "../../../data/pictures/jpeg/jpeg.ts";
import { PictureStore } from "../../../data/scenes/picture_store.ts";
import { readScene } from "../../../data/scenes/read_scene.ts";
import { pixelsOf } from "../../../data/scenes/turned_pictures.ts";

/** A JPEG, 32 x 16 as it is stored, bright on the left, that says how it is to be turned. */
function jpeg(orientation: number): Uint8Array {
  const data = Uint8Array.from(
    { length: 3 * 32 * 16 },
    (_, i) => Math.floor(i / 3) % 32 < 16 ? 230 : 20,
  );
  const plain = encodeJpeg({ width: 32, height: 16, data });
  const tiff = [
    0x4d,
    0x4d,
    0,
    42,
    0,
    0,
    0,
    8,
    0,
    1,
    1,
    0x12,
    0,
    3,
    0,
    0,
    0,
    1,
    0,
    orientation,
    0,
    0,
  ];
  const body = [..."Exif\0\0"].map((c) => c.charCodeAt(0)).concat(tiff, [0, 0, 0, 0]);
  const app1 = [0xff, 0xe1, 0, body.length + 2, ...body];
  return Uint8Array.from([...plain.subarray(0, 2), ...app1, ...plain.subarray(2)]);
}

const CASES: readonly [string, number, [number, number] | null, ReturnType<typeof pixelsOf>][] = [
  ["upright", 1, [32, 16], { pixels: [32, 16] }],
  ["on its side, its camera too", 6, [32, 16], { pixels: [32, 16] }],
  ["on its side, its camera upright", 6, [16, 32], { pixels: [16, 32], orientation: 6 }],
  ["the same of twice the size", 8, [32, 64], { pixels: [16, 32], orientation: 8 }],
  ["of a camera that does not fit, and no word of turning", 1, [16, 32], { pixels: [32, 16] }],
  ["upside down", 3, [16, 32], { pixels: [32, 16] }],
  ["of another shape either way", 6, [40, 10], { pixels: [32, 16] }],
  ["of a camera of no known size", 6, null, { pixels: [32, 16] }],
];

for (const [name, orientation, camera, expected] of CASES) {
  Deno.test(`a picture's EXIF orientation: ${name}`, () => {
    const file = Deno.makeTempFileSync({ suffix: ".jpg" });
    try {
      Deno.writeFileSync(file, jpeg(orientation));
      assertEquals(pixelsOf(file, camera), expected);
    } finally {
      Deno.removeSync(file);
    }
  });
}

Deno.test("a scene of upright cameras has photos on their sides turned, with a remark", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeFileSync(join(folder, "a.jpg"), jpeg(6));
    const pose = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 2], [0, 0, 0, 1]];
    const frames = [{ file_path: "a.jpg", transform_matrix: pose }];
    const camera = { w: 16, h: 32, fl_x: 20, fl_y: 20, cx: 8, cy: 16 };
    Deno.writeTextFileSync(join(folder, "transforms.json"), JSON.stringify({ ...camera, frames }));
    const { train: [view], remarks } = readScene(folder);
    assertEquals(remarks.filter((text) => text.includes("turned")).length, 1);
    const { width, height, data } = await new PictureStore(0, 1).load(view!);
    assertEquals([width, height], [16, 32]);
    // Turned clockwise the left is on top.
    const red = (y: number) => data[4 * (y * 16 + 8)]!;
    assertEquals([red(2) > 200, red(29) < 50], [true, true]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
