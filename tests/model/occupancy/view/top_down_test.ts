import { assertEquals } from "@std/assert";
import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import { anchorCentres, topDownPicture } from "../../../../model/occupancy/view/top_down.ts";

const RANGE = [-50, -50, -5, 50, 50, 3] as const;

Deno.test("anchors' logits are places in the range", () => {
  const anchors = Float32Array.of(0, 0, 0, 9, Math.log(3), -Math.log(3), 40, 9);
  assertEquals([...anchorCentres(anchors, 4, RANGE)].map(Math.round), [0, 0, -1, 25, -25, 3]);
});

/** Gaussians of a class each, at places in metres. */
function gaussiansAt(rows: readonly (readonly [label: number, x: number, y: number])[]) {
  const semantics = new Float32Array(18 * rows.length);
  rows.forEach(([label], i) => semantics[18 * i + label] = 1);
  return {
    means: Float32Array.from(rows.flatMap(([, x, y]) => [x, y, 0])),
    scales: new Float32Array(3 * rows.length),
    rotations: new Float32Array(4 * rows.length),
    opacities: new Float32Array(0),
    semantics,
    labels: surroundOcc.classes.map((_, label) => label),
  };
}

Deno.test("dots stand where they are, forward up, free space in gray and under the others", () => {
  const side = 720;
  // 5 pixels across; the manmade one stands on white, the last one of free space on a car.
  const block = gaussiansAt([[4, -25, 25], [15, 25, -25], [17, 0, 40], [4, 10, 10], [17, 10, 10]]);
  // The second one lies outside.
  const start = Float32Array.of(25, 25, 0, 80, 0, 0);
  const { width, height, data } = topDownPicture(start, [block], {
    range: RANGE,
    side,
    ...surroundOcc,
  });
  const title = height - side;
  const pixel = (x: number, y: number) => [...data.subarray(3 * (y * width + x)).slice(0, 3)];
  const metres = (panel: number, x: number, y: number) => {
    const left = panel * (width - side);
    const scale = (side - 10) / 100;
    return [
      left + Math.round(5 + (x + 50) * scale),
      title + Math.round(side - 5 - (y + 50) * scale),
    ] as const;
  };
  const at = (panel: number, x: number, y: number) => pixel(...metres(panel, x, y));
  assertEquals(width, 2 * side + 24);
  assertEquals(at(0, 25, 25), [31, 119, 180]);
  assertEquals([at(1, -25, 25), at(1, 0, 40), at(1, 10, 10), at(1, -25, -25)], [
    [...surroundOcc.palette[4]!],
    [190, 190, 190],
    [...surroundOcc.palette[4]!],
    [255, 255, 255],
  ]);
  // A light class has a rim that is seen on white, three to five pixels across.
  const [u, v] = metres(1, 25, -25);
  const row = Array.from({ length: 9 }, (_, i) => pixel(u - 4 + i, v));
  const drawn = row.filter((colour) => colour.some((value) => value < 255));
  assertEquals(drawn.length, 5);
  assertEquals([drawn[0], drawn[2]], [[150, 150, 163], [230, 230, 250]]);
  // The car stands in the middle, an edge around the grid, and white between panels.
  assertEquals(at(1, 0, 0), [90, 94, 100]);
  assertEquals(pixel(4, title + 300), [90, 94, 100]);
  assertEquals(pixel(side + 12, title + 300), [255, 255, 255]);
});
