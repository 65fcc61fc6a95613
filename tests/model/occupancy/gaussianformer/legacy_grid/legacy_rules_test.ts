import { assert, assertEquals } from "@std/assert";
import {
  legacyCells,
  legacyRules,
} from "../../../../../model/occupancy/gaussianformer/legacy_grid/legacy_rules.ts";
import { sparseConv3d } from "../../../../../gpu/ops/sparse/conv/sparse_conv3d.ts";
import type { Gpu } from "../../../../../gpu/device.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import {
  legacyPairs,
  sparseConv3d as reference,
} from "../../../../reference/sparse/sparse_conv3d.ts";
import { checkOp, type F64, gpuTest, noise, noiseArray } from "../../../../support.ts";

const RANGES = { range: [-8, -8, -2, 8, 8, 2], scales: [0.1, 1] } as const;

/** Anchors whose means are `spread` about (1, -2, 0), and their cells by the host. */
function scene(gpu: Gpu, rows: number, spread: [number, number, number]) {
  const center = [1, -2, 0];
  const random = noise(rows, 3 * rows, -1, 1);
  const anchors = new Float32Array(5 * rows);
  const means = Float64Array.from(random, (value, i) => {
    const axis = i % 3;
    const size = RANGES.range[axis + 3]! - RANGES.range[axis]!;
    const fraction = (center[axis]! + spread[axis]! * value - RANGES.range[axis]!) / size;
    const logit = Math.fround(Math.log(fraction / (1 - fraction)));
    anchors[5 * Math.floor(i / 3) + axis] = logit;
    return size / (1 + Math.exp(-logit)) + RANGES.range[axis]!;
  });
  const low = [0, 1, 2].map((axis) => Math.min(...means.filter((_, i) => i % 3 === axis)));
  return {
    anchor: Tensor.from(gpu, anchors, [rows, 5]),
    cells: Array.from(means, (mean, i) => Math.floor(mean - low[i % 3]!)),
  };
}

gpuTest("legacyCells counts from the lowest mean", async (gpu) => {
  const { anchor, cells } = scene(gpu, 700, [6, 4, 1.4]);
  const found = legacyCells(anchor, { edge: 1, ...RANGES });
  const actual = [...await found.cells.read()];
  // A mean within rounding of a border may fall to either side.
  assert(actual.filter((cell, i) => cell !== cells[i]).length <= 2);
  const largest = [0, 1, 2].map((axis) => Math.max(...actual.filter((_, i) => i % 3 === axis)));
  assertEquals([...await found.largest.read()], largest);
  const keys = [...await found.keys.read()];
  for (let row = 0; row < 700; row++) {
    const [x = 0, y = 0, z = 0] = actual.slice(3 * row, 3 * row + 3);
    assertEquals(keys[3 * row], (x * largest[1]! + y) * largest[2]! + z);
  }
});

for (const [rows, spread, kernel] of [[60, [3, 3, 1.2], 3], [150, [4, 2, 1.2], 5]] as const) {
  gpuTest(
    `a convolution by legacyRules of ${rows} rows, some cells sharing a number`,
    async (gpu) => {
      const { anchor } = scene(gpu, rows, [...spread]);
      const found = legacyCells(anchor, { edge: 1, ...RANGES });
      const cells = [...await found.cells.read()];
      const keys = [...await found.keys.read()];
      const distinct = (values: number[]) =>
        new Set(
          Array.from({ length: rows }, (_, row) => values.slice(3 * row, 3 * row + 3).join()),
        );
      assert(distinct(keys).size < distinct(cells).size, "no two cells share a number");
      assert(distinct(cells).size < rows, "no two rows share a cell");
      const pairs = legacyPairs(cells, kernel);
      const rules = legacyRules(found, { kernelSize: kernel });
      await checkOp(gpu, {
        inputs: [noiseArray(1, [rows, 5]), noiseArray(2, [6, kernel, kernel, kernel, 5])],
        op: (x: Tensor, weight: Tensor) => sparseConv3d(x, rules, weight),
        reference: (x: F64, weight: F64) => reference(x, weight, null, pairs),
        samples: 16,
      });
    },
  );
}
