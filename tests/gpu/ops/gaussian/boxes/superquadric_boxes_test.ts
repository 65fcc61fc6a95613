import { assert, assertEquals } from "@std/assert";
import { superquadricBoxes } from "../../../../../gpu/ops/gaussian/boxes/superquadric_boxes.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { reachedCells } from "../../../../reference/gaussian/aggregate_superquadrics.ts";
import { gpuTest } from "../../../../support.ts";
import { GRID } from "../aggregate/aggregation_scene.ts";
import { superquadricScene } from "../superquadric/superquadric_scene.ts";

gpuTest("superquadricBoxes holds every cell that is reached, and little more", async (gpu) => {
  const count = 60;
  const scene = superquadricScene(count, 1);
  scene.scales.data.forEach((value, i) => scene.scales.data[i] = value / 4);
  const tensor = (key: "means" | "rotations" | "scales" | "exponents") =>
    Tensor.from(gpu, Float32Array.from(scene[key].data), scene[key].shape);
  const boxes = await superquadricBoxes(
    {
      means: tensor("means"),
      rotations: tensor("rotations"),
      scales: tensor("scales"),
      exponents: tensor("exponents"),
    },
    GRID,
    { cut: 8 },
  ).read("i32");
  let reached = 0;
  let volume = 0;
  for (let g = 0; g < count; g++) {
    const box = boxes.subarray(6 * g, 6 * g + 6);
    for (const cell of reachedCells(scene, g, GRID, 8)) {
      reached++;
      for (let axis = 0; axis < 3; axis++) {
        assert(
          cell[axis]! >= box[axis]! && cell[axis]! <= box[3 + axis]!,
          `superquadric ${g} reaches ${cell}, its box is ${box}`,
        );
      }
    }
    for (let axis = 0; axis < 3; axis++) {
      assert(box[axis]! >= 0 && box[3 + axis]! < GRID.size[axis]!);
    }
    volume += [0, 1, 2].reduce(
      (product, axis) => product * Math.max(0, box[3 + axis]! - box[axis]! + 1),
      1,
    );
  }
  assert(reached > 100);
  // A box of the grid around a turned one around a body: 8 times its volume here.
  assert(volume < 10 * reached, `${volume} cells for ${reached}`);
  assertEquals(boxes.length, 6 * count);
});
