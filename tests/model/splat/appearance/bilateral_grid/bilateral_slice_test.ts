import { assertThrows } from "@std/assert";
import { Tensor } from "../../../../../gpu/tensor.ts";
import {
  bilateralSlice,
} from "../../../../../model/splat/appearance/bilateral_grid/bilateral_slice.ts";
import {
  totalVariation,
} from "../../../../../model/splat/appearance/bilateral_grid/total_variation.ts";
import {
  bilateralSlice as sliceReference,
  totalVariation as variationReference,
} from "../../../../reference/appearance/bilateral_grid.ts";
import { checkOp, gpuTest, noiseArray } from "../../../../support.ts";

for (
  const [width, height, grids, index] of [
    [1, 1, [1, 12, 2, 2, 2], 0],
    [7, 5, [2, 12, 3, 4, 5], 1],
    [19, 7, [3, 12, 8, 5, 6], 2],
    [5, 9, [1, 12, 2, 1, 1], 0],
  ] as const
) {
  gpuTest(
    `bilateralSlice of ${width}x${height} by grid ${index} of [${grids}]`,
    (gpu) =>
      checkOp(gpu, {
        inputs: [
          noiseArray(1, [3, height, width], -0.1, 1.1),
          noiseArray(2, [...grids], -1, 1),
        ],
        op: (image, grid) => bilateralSlice(image, grid, index).image,
        reference: (image, grid) => sliceReference(image, grid, index),
        step: 1e-7,
      }),
  );
}

for (const shape of [[1, 12, 2, 2, 2], [3, 12, 4, 5, 6], [2, 12, 1, 3, 1]]) {
  gpuTest(`totalVariation of [${shape}]`, (gpu) =>
    checkOp(gpu, {
      inputs: [noiseArray(3, shape)],
      op: (grids) => totalVariation(grids),
      reference: variationReference,
    }));
}

gpuTest("bilateralSlice says which grids there are", (gpu) => {
  assertThrows(
    () => bilateralSlice(Tensor.zeros(gpu, [3, 2, 2]), Tensor.zeros(gpu, [2, 12, 2, 2, 2]), 2),
    RangeError,
    "grid 2 is not one of 0 to 1",
  );
});
