import { assertEquals } from "@std/assert";
import { surroundOcc } from "../../../../data/nuscenes/task.ts";
import { anchorCentres, topDownPicture } from "../../../../model/gaussianformer/view/top_down.ts";

const RANGE = [-50, -50, -5, 50, 50, 3] as const;

Deno.test("anchors' logits are places in the range", () => {
  const anchors = Float32Array.of(0, 0, 0, 9, Math.log(3), -Math.log(3), 40, 9);
  assertEquals([...anchorCentres(anchors, 4, RANGE)].map(Math.round), [0, 0, -1, 25, -25, 3]);
});

Deno.test("points stand where they are, forward up, free space in gray", () => {
  const semantics = new Float32Array(36);
  semantics[4] = semantics[18 + 17] = 1;
  const block = {
    means: Float32Array.of(-49, 49, 0, 49, -49, 0),
    scales: new Float32Array(6),
    rotations: new Float32Array(8),
    opacities: new Float32Array(0),
    semantics,
    labels: surroundOcc.classes.map((_, label) => label),
  };
  // The second one lies outside.
  const start = Float32Array.of(0, 0, 0, 80, 0, 0);
  const { width, height, data } = topDownPicture(start, [block], {
    range: RANGE,
    side: 10,
    ...surroundOcc,
  });
  const title = height - 10;
  const at = (
    x: number,
    y: number,
  ) => [...data.subarray(3 * ((title + y) * width + x)).slice(0, 3)];
  assertEquals(width, 28);
  assertEquals([at(5, 4), at(0, 0)], [[31, 119, 180], [255, 255, 255]]);
  assertEquals([at(18, 0), at(27, 9), at(20, 5)], [
    [...surroundOcc.palette[4]!],
    [190, 190, 190],
    [255, 255, 255],
  ]);
});
