// reference: two products, written out below
import { combineOccupancy } from "../../../../../gpu/ops/gaussian/aggregate/combine_occupancy.ts";
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
