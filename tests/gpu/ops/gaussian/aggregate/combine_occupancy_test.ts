// reference: two products, written out below
import { assertEquals } from "@std/assert";
import { combineOccupancy } from "../../../../../gpu/ops/gaussian/aggregate/combine_occupancy.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { combineOccupancy as reference } from "../../../../reference/gaussian/aggregate_voxels.ts";
import { checkOp, gpuTest, noiseArray } from "../../../../support.ts";

// The empty class is the last one, the first one, or one between.
for (
  const [points, channels, empty] of [
    [1, 1, 1],
    [131, 17, 17],
    [131, 18, 0],
    [67, 6, 3],
    [1, 1, 0],
  ] as const
) {
  gpuTest(`combineOccupancy [${points}, ${channels}], empty ${empty}`, (gpu) =>
    checkOp(gpu, {
      inputs: [noiseArray(1, [points, channels], 0, 1), noiseArray(2, [points], 0, 1)],
      op: (semantics, occupancy) => combineOccupancy(semantics, occupancy, { empty }),
      reference: (semantics, occupancy) => reference(semantics, occupancy, empty),
    }));
}

gpuTest(
  "combineOccupancy takes what is free as it is given, where 1 - occupancy has no digits left",
  async (gpu) => {
    const occupancy = Tensor.from(gpu, [1, 0.25]);
    const free = Tensor.from(gpu, [1e-9, 0.75]);
    const y = combineOccupancy(Tensor.from(gpu, [1, 1], [2, 1]), occupancy, { free });
    assertEquals([...await y.read()], [1, 0.25, Math.fround(1e-9), 0.75]);
  },
);
