import { assertEquals } from "@std/assert";
import { surroundOcc } from "../../../data/nuscenes/task.ts";
import { birdsEye } from "../../../data/drawing/birds_eye.ts";
import { above, beside } from "../../../data/pictures/sheet.ts";

const pixel = (
  { data, width }: { data: Uint8Array; width: number },
  x: number,
  y: number,
) => [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];

Deno.test("birdsEye shows the highest voxel, forward up", () => {
  const labels = new Uint8Array(2 * 3 * 2).fill(17);
  const set = (x: number, y: number, z: number, label: number) =>
    labels[(x * 3 + y) * 2 + z] = label;
  set(1, 2, 0, 4);
  set(1, 2, 1, 15);
  set(0, 0, 0, 11);
  set(0, 0, 1, 0);
  const picture = birdsEye(labels, [2, 3, 2], surroundOcc, 2);
  assertEquals([picture.width, picture.height], [4, 6]);
  assertEquals(pixel(picture, 3, 0), [...surroundOcc.palette[15]!]);
  assertEquals(pixel(picture, 0, 5), [204, 0, 204]);
  assertEquals(pixel(picture, 0, 0), [255, 255, 255]);
});

Deno.test("above and beside place pictures without overlap", () => {
  const of = (from: number) => ({
    width: 2,
    height: 1,
    channels: 3 as const,
    data: Uint8Array.from({ length: 6 }, (_, i) => from + i),
  });
  const sheet = above([beside([of(0), of(6)], 0), of(12)], 0);
  assertEquals([sheet.width, sheet.height], [4, 2]);
  assertEquals(pixel(sheet, 2, 0), [6, 7, 8]);
  assertEquals(pixel(sheet, 1, 1), [15, 16, 17]);
  assertEquals(pixel(sheet, 3, 1), [255, 255, 255]);
  const both = beside([sheet, birdsEye(new Uint8Array(1).fill(4), [1, 1, 1], surroundOcc)], 3);
  assertEquals([both.width, both.height], [8, 2]);
  assertEquals(pixel(both, 7, 0), [...surroundOcc.palette[4]!]);
});
