import { refine, type RefineOptions } from "../../../../model/occupancy/anchor/refine.ts";
import { refine as reference } from "../../../reference/gaussian/gaussian_geometry.ts";
import { checkOp, gpuTest, noiseArray } from "../../../support.ts";

const COMMON = {
  range: [-50, -50, -5, 50, 50, 3],
  scales: [0.08, 0.64],
  unit: [4, 4, 1],
} as const;
const CASES: [string, number, number, RefineOptions][] = [
  ["version 1", 67, 28, { ...COMMON, version: 1, semantics: "softplus" }],
  ["version 1 without opacity", 5, 28, { ...COMMON, version: 1, opacity: false }],
  ["version 2", 67, 28, { ...COMMON, version: 2 }],
  ["version 2 with a narrow margin", 67, 28, { ...COMMON, version: 2, margin: 1e-3 }],
  ["version 2, one of one class", 1, 12, { ...COMMON, version: 2 }],
];

for (const [name, gaussians, width, options] of CASES) {
  gpuTest(`refine, ${name}`, (gpu) =>
    checkOp(gpu, {
      // Anchors near the range's ends, and logits beyond the clamps at 9.21.
      inputs: [
        noiseArray(1, [gaussians, width], -4, 4),
        noiseArray(2, [gaussians, width], -10, 10),
      ],
      op: (raw, anchor) =>
        Object.values(refine(raw, anchor, options)).filter((part) => part.size > 0),
      reference: (raw, anchor) =>
        reference(raw, anchor, options).filter((part) => part.data.length > 0),
      samples: 120,
      // f32 rounds 1 - p to 6e-8; where p is close to 1, its logit is that much steeper.
      tolerance: { atol: 1e-4, rtol: 1e-4 },
      gradientTolerance: { atol: 1e-3, rtol: 3e-3 },
    }));
}
