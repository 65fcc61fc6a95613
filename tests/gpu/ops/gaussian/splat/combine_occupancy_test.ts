// reference: two products, written out below
import { combineOccupancy } from "../../../../../gpu/ops/gaussian/splat/combine_occupancy.ts";
import { combineOccupancy as reference } from "../../../../reference/gaussian/splat_voxels.ts";
import { checkOp, gpuTest, noiseArray } from "../../../../support.ts";

for (const [points, channels] of [[1, 1], [131, 17]] as const) {
  gpuTest(`combineOccupancy [${points}, ${channels}]`, (gpu) =>
    checkOp(gpu, {
      inputs: [noiseArray(1, [points, channels], 0, 1), noiseArray(2, [points], 0, 1)],
      op: combineOccupancy,
      reference,
    }));
}
