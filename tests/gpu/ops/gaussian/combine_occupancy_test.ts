import { combineOccupancy } from "../../../../gpu/ops/gaussian/combine_occupancy.ts";
import { checkOp, type F64, gpuTest, noiseArray } from "../../../support.ts";

for (const [points, channels] of [[1, 1], [131, 17]] as const) {
  gpuTest(`combineOccupancy [${points}, ${channels}]`, (gpu) =>
    checkOp(gpu, {
      inputs: [noiseArray(1, [points, channels], 0, 1), noiseArray(2, [points], 0, 1)],
      op: combineOccupancy,
      reference: (semantics: F64, occupancy: F64) => ({
        shape: [channels + 1, points],
        data: Float64Array.from({ length: (channels + 1) * points }, (_, i) => {
          const [c, n] = [Math.floor(i / points), i % points];
          const full = occupancy.data[n]!;
          return c === channels ? 1 - full : semantics.data[n * channels + c]! * full;
        }),
      }),
    }));
}
