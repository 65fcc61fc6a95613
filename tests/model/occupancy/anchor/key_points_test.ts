import { Tensor } from "../../../../gpu/tensor.ts";
import { keyPoints } from "../../../../model/occupancy/anchor/key_points.ts";
import { keyPoints as reference } from "../../../reference/gaussian/gaussian_geometry.ts";
import { checkOp, gpuTest, noiseArray } from "../../../support.ts";

const OPTIONS = { range: [-50, -50, -5, 50, 50, 3], scales: [0.08, 0.64], factor: 6 } as const;

for (const [gaussians, learned, fixed, width] of [[1, 1, 0, 10], [67, 6, 7, 28], [5, 0, 7, 28]]) {
  gpuTest(`keyPoints of ${gaussians}: ${fixed} fixed, ${learned} learned`, (gpu) => {
    const offsets = noiseArray(3, [fixed!, 3]);
    return checkOp(gpu, {
      inputs: [
        noiseArray(1, [gaussians!, width!], -3, 3),
        noiseArray(2, [gaussians!, learned!, 3], -3, 3),
      ],
      op: (anchor, points) =>
        keyPoints(
          anchor,
          points,
          Tensor.from(gpu, Float32Array.from(offsets.data), offsets.shape),
          OPTIONS,
        ),
      reference: (anchor, points) => reference(anchor, points, offsets, OPTIONS),
    });
  });
}
