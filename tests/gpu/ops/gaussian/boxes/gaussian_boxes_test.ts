import { assertEquals } from "@std/assert";
import { gaussianBoxes } from "../../../../../gpu/ops/gaussian/boxes/gaussian_boxes.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { gpuTest } from "../../../../support.ts";

const GRID = { size: [200, 200, 16], origin: [-50, -50, -5], cell: 0.5 } as const;
// reference: values of the specification, appendix B.3: cells (100, 100, 7) and (101, 99, 8).
const MEANS = [0.3, 0.1, -1.2, 0.9, -0.35, -0.9];
const SCALES = [0.5, 0.2, 0.1, 0.3, 0.6, 0.4];

gpuTest("gaussianBoxes by the largest scale", async (gpu) => {
  const boxes = gaussianBoxes(
    Tensor.from(gpu, MEANS, [2, 3]),
    Tensor.from(gpu, SCALES, [2, 3]),
    GRID,
    { multiplier: 4 },
  );
  assertEquals([...await boxes.read()], [
    ...[96, 96, 3, 104, 104, 11],
    ...[96, 94, 3, 106, 104, 13],
  ]);
});

gpuTest("gaussianBoxes per axis, at least one cell, cut to the grid", async (gpu) => {
  const boxes = gaussianBoxes(
    Tensor.from(gpu, [...MEANS, -50.2, 49.9, 2.9], [3, 3]),
    Tensor.from(gpu, [...SCALES, 0.01, 0.01, 0.01], [3, 3]),
    GRID,
    { multiplier: 4, smallest: 1, perAxis: true },
  );
  assertEquals([...await boxes.read()], [
    ...[96, 98, 6, 104, 102, 8],
    ...[98, 94, 4, 104, 104, 12],
    // Truncation takes a mean just below the origin into the first cell.
    ...[0, 198, 14, 1, 199, 15],
  ]);
});
