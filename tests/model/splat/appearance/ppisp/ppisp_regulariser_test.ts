import { sum } from "../../../../../gpu/ops/array/reduce/sum.ts";
import {
  PPISP_WEIGHTS,
  ppispRegulariser,
} from "../../../../../model/splat/appearance/ppisp/ppisp_regulariser.ts";
import { ppispTerms } from "../../../../reference/appearance/ppisp.ts";
import { checkOp, gpuTest, noiseArray } from "../../../../support.ts";

const WEIGHTS = Object.values(PPISP_WEIGHTS);

for (const [frames, cameras] of [[1, 1], [3, 2], [150, 67]] as const) {
  gpuTest(`ppispRegulariser of ${frames} frames and ${cameras} cameras`, (gpu) =>
    checkOp(gpu, {
      inputs: [
        noiseArray(1, [frames], 0, 0.5),
        noiseArray(2, [cameras, 3, 5], -0.2, 0.2),
        noiseArray(3, [frames, 8], -0.2, 0.3),
        noiseArray(4, [cameras, 3, 4], -0.5, 0.5),
      ],
      op: (exposure, vignetting, colour, response) => {
        const { loss, terms } = ppispRegulariser({ exposure, vignetting, colour, response });
        return [loss, sum(terms)];
      },
      reference: (exposure, vignetting, colour, response) => {
        const { data } = ppispTerms(exposure, vignetting, colour, response);
        const total = (weights: number[]) => ({
          shape: [],
          data: Float64Array.of(data.reduce((all, v, i) => all + v * weights[i]!, 0)),
        });
        return [total(WEIGHTS), total(WEIGHTS.map(() => 1))];
      },
      gradientTolerance: { atol: 1e-6, rtol: 1e-3 },
    }));
}
