import { Tensor } from "../../../gpu/tensor.ts";
import { focal } from "../../../loss/voxels/focal.ts";
import { focal as reference } from "../../reference/loss/focal.ts";
import { checkOp, gpuTest, noise, noiseArray } from "../../support.ts";
import { LABEL_CASES, upload } from "../label_cases.ts";

for (const softmax of [false, true]) {
  for (const example of LABEL_CASES) {
    gpuTest(`focal${softmax ? " of softmax" : ""}: ${example.name}`, async (gpu) => {
      const { labels, options } = upload(gpu, example);
      const voxelWeights = noise(42, example.voxels, 1, 2);
      await checkOp(gpu, {
        inputs: [noiseArray(41, [example.classes, example.voxels], -4, 4)],
        op: (logits) =>
          focal(logits, labels, {
            ...options,
            softmax,
            voxelWeights: Tensor.from(gpu, Float32Array.from(voxelWeights)),
          }),
        reference: (logits) => reference(logits, { ...example, voxelWeights }, { softmax }),
        gradientTolerance: { atol: 1e-7, rtol: 1e-4 },
      });
    });
  }
  gpuTest(`focal${softmax ? " of softmax" : ""} with a focus of its own`, async (gpu) => {
    const example = { labels: [2, 0, 1, 1, 2] };
    const focus = { softmax, gamma: 1.5, alpha: 0.6 };
    await checkOp(gpu, {
      inputs: [noiseArray(43, [3, 5], -4, 4)],
      op: (logits) => focal(logits, Tensor.from(gpu, Uint32Array.from(example.labels)), focus),
      reference: (logits) => reference(logits, example, focus),
      gradientTolerance: { atol: 1e-7, rtol: 1e-4 },
    });
  });
}
