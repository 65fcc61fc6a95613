import { assertEquals, assertThrows } from "@std/assert";
import { applyGeometry } from "../../../data/occupancy/augmentation.ts";
import { type ResizeFilter, resizePixels } from "../../../data/pictures/resample.ts";

const WIDTH = 11, HEIGHT = 7;
const data = new Uint8Array(WIDTH * HEIGHT * 3);
for (let y = 0, i = 0; y < HEIGHT; y++) {
  for (let x = 0; x < WIDTH; x++) {
    for (let c = 0; c < 3; c++) data[i++] = (x * 37 + y * 59 + c * 83 + x * y * 7) % 256;
  }
}
const image = { width: WIDTH, height: HEIGHT, channels: 3, data };
const digest = (bytes: Uint8Array) => bytes.reduce((sum, v, i) => sum + v * (i % 251 + 1), 0);

Deno.test("resizing gives Pillow's bytes", () => {
  // Digests of the same picture resized by Pillow 12 (Image.resize, 8-bit RGB).
  const expected: [ResizeFilter, [number, number], number][] = [
    ["bicubic", [5, 3], 129934],
    ["bicubic", [11, 3], 623358],
    ["bicubic", [16, 10], 7337522],
    ["bicubic", [4, 7], 447713],
    ["bicubic", [1, 1], 752],
    ["bilinear", [5, 3], 129959],
    ["bilinear", [16, 10], 7349902],
    ["box", [5, 3], 129706],
    ["box", [16, 10], 7246035],
    ["box", [4, 7], 449558],
    ["box", [1, 1], 748],
  ];
  for (const [filter, size, sum] of expected) {
    assertEquals(digest(resizePixels(image, size, filter).data), sum, `${filter} ${size}`);
  }
  assertEquals([...resizePixels(image, [5, 3], "bicubic").data.slice(0, 6)], [
    78,
    159,
    130,
    137,
    136,
    111,
  ]);
});

Deno.test("rotating, cropping and mirroring give Pillow's bytes", () => {
  const still = { resized: [WIDTH, HEIGHT] as [number, number], scale: 1, flip: false, rotate: 0 };
  const whole = [0, 0, WIDTH, HEIGHT] as [number, number, number, number];
  for (const [rotate, sum] of [[5.4, 3372754], [-17.3, 3089242], [90, 2162798]] as const) {
    const out = new Uint8Array(data.length);
    applyGeometry(image, { ...still, crop: whole, rotate }, { out });
    assertEquals(digest(out), sum);
  }
  const beyond = new Uint8Array(11 * 8 * 3).fill(9);
  applyGeometry(image, { ...still, crop: [-2, 1, 9, 9] }, { out: beyond });
  assertEquals(digest(beyond), 2091693);
  const mirrored = new Uint8Array(7 * 5 * 3);
  applyGeometry(image, { ...still, crop: [2, 1, 9, 6], flip: true }, { out: mirrored });
  assertEquals(digest(mirrored), 693908);
  assertThrows(
    () => applyGeometry(image, { ...still, crop: whole }, { out: mirrored }),
    RangeError,
    "105 bytes",
  );
});
