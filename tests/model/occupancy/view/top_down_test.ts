import { assert, assertEquals } from "@std/assert";
import { titled } from "../../../../data/drawing/legend.ts";
import { blankPicture } from "../../../../data/pictures/sheet.ts";
import { presets } from "../../../../model/occupancy/table.ts";
import { pixelOf } from "../../../../model/occupancy/view/ground.ts";
import { birdsEyeOf } from "../../../../model/occupancy/view/view_cameras.ts";
import { gpuTest } from "../../../support.ts";
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

gpuTest("discs stand where Gaussians are, forward up, free space under the others", async (gpu) => {
  const side = 200;
  const block = gaussiansAt([[4, -25, 25], [15, 25, -25], [17, 0, 40], [4, 10, 10], [17, 10, 10]]);
  // The second one lies outside.
  const start = Float32Array.of(25, 25, 0, 80, 0, 0);
  const stage = { ground: -2, bounds: [-50, -50, 50, 50], spacing: 20 } as const;
  const config = { ...presets.demo, task: surroundOcc };
  const { width, data } = await topDownPicture(gpu, start, [block], { config, stage, side });
  assertEquals(width, 2 * side + 12);
  const title = titled("x", blankPicture(side, 0)).height;
  const at = (panel: number, x: number, y: number) => {
    const [u, v] = pixelOf([x, y, stage.ground], birdsEyeOf(RANGE, side))!;
    const place = (title + Math.floor(v)) * width + panel * (width - side) + Math.floor(u);
    return [...data.subarray(3 * place, 3 * place + 3)];
  };
  assertEquals(at(0, 25, 25), [31, 119, 180]);
  assertEquals([at(1, -25, 25), at(1, 25, -25), at(1, 0, 40), at(1, 10, 10)], [
    [...surroundOcc.palette[4]!],
    [...surroundOcc.palette[15]!],
    [150, 156, 164],
    [...surroundOcc.palette[4]!],
  ]);
  // A light class has a darker rim; the car stands in the middle; elsewhere is the ground.
  const [u, v] = pixelOf([25, -25, stage.ground], birdsEyeOf(RANGE, side))!.map(Math.floor);
  const row = Array.from({ length: 21 }, (_, i) => {
    const place = 3 * ((title + v!) * width + width - side + u! - 10 + i);
    return data[place]!;
  });
  assertEquals([Math.min(...row) < 140, row[10]], [true, 230]);
  assert(Math.max(...at(1, 0, 0)) > 220 || Math.max(...at(1, 0, 0)) < 60);
  assertEquals(at(1, -33, -27), [204, 212, 222]);
});
