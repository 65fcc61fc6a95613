import { assertThrows } from "@std/assert";
import { Tensor } from "../../../../gpu/tensor.ts";
import { residualRefine } from "../../../../model/occupancy/gaussianworld/residual_refine.ts";
import {
  type Residual,
  residualRefine as reference,
} from "../../../reference/occupancy/gaussianworld.ts";
import { checkOp, gpuTest, noiseArray } from "../../../support.ts";

const RANGE = [-20, -20, -5, 20, 20, 3] as const;
const WIDTH = 29;

const CASES: (Pick<Residual, "history" | "mode"> & { gaussians: number })[] = [
  { gaussians: 1, history: 0, mode: null },
  { gaussians: 67, history: 40, mode: "motion" },
  { gaussians: 67, history: 66, mode: "full" },
  { gaussians: 5, history: 0, mode: "motion" },
  { gaussians: 5, history: 5, mode: "full" },
];

for (const { gaussians, history, mode } of CASES) {
  gpuTest(`residualRefine of ${gaussians}, ${history} from before, ${mode}`, (gpu) => {
    const settings: Residual = {
      range: RANGE,
      unit: [4, 4, 1],
      history,
      mode,
      temporalScale: 0.75,
      dynamicScale: 0.5,
    };
    const rows = Tensor.from(gpu, Uint32Array.of(history), [1]);
    return checkOp(gpu, {
      inputs: [noiseArray(1, [gaussians, WIDTH], -2, 2), noiseArray(2, [gaussians, WIDTH], -2, 2)],
      op: (raw, anchor) =>
        residualRefine(raw, anchor, {
          range: RANGE,
          unit: [4, 4, 1],
          history: mode && { rows, mode },
          temporalScale: 0.75,
          dynamicScale: 0.5,
          classes: 17,
          moving: 11,
        }).anchor,
      reference: (raw, anchor) => reference(raw, anchor, settings),
      step: 1e-6,
    });
  });
}

gpuTest("residualRefine says how wide anchors must be", (gpu) => {
  const anchors = Tensor.zeros(gpu, [2, 20]);
  assertThrows(
    () =>
      residualRefine(anchors, anchors, { range: RANGE, unit: [4, 4, 1], classes: 17, moving: 11 }),
    RangeError,
    "the anchors have 20 columns, at least 28 are needed",
  );
});
