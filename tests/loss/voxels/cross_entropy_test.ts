import { assertThrows } from "@std/assert";
import { Tensor } from "../../../gpu/tensor.ts";
import { crossEntropy } from "../../../loss/voxels/cross_entropy.ts";
import { crossEntropy as reference } from "../../reference/loss/cross_entropy.ts";
import { checkOp, gpuTest, noiseArray } from "../../support.ts";
import { LABEL_CASES, upload } from "../label_cases.ts";

for (const example of LABEL_CASES) {
  gpuTest(`crossEntropy: ${example.name}`, async (gpu) => {
    const { labels, options } = upload(gpu, example);
    await checkOp(gpu, {
      inputs: [noiseArray(11, [example.classes, example.voxels], -5, 5)],
      op: (logits) => crossEntropy(logits, labels, options),
      reference: (logits) => reference(logits, example),
      gradientTolerance: { atol: 1e-7, rtol: 1e-4 },
    });
  });
}

gpuTest("crossEntropy of more voxels than threads", async (gpu) => {
  const voxels = 40009;
  const example = { labels: Array.from({ length: voxels }, (_, n) => n % 3) };
  await checkOp(gpu, {
    inputs: [noiseArray(13, [3, voxels], -5, 5)],
    op: (logits) => crossEntropy(logits, Tensor.from(gpu, Uint32Array.from(example.labels))),
    reference: (logits) => reference(logits, example),
    samples: 3,
    tolerance: { atol: 0, rtol: 2e-7 },
    gradientTolerance: { atol: 1e-9, rtol: 1e-4 },
  });
});

gpuTest("crossEntropy of large logits stays finite", async (gpu) => {
  const example = { labels: [0, 1] };
  await checkOp(gpu, {
    inputs: [{ shape: [2, 2], data: Float64Array.of(900, -900, -900, 900) }],
    op: (logits) => crossEntropy(logits, Tensor.from(gpu, Uint32Array.from(example.labels))),
    reference: (logits) => reference(logits, example),
  });
});

gpuTest("crossEntropy names the tensor of the wrong shape", (gpu) => {
  assertThrows(
    () => crossEntropy(Tensor.zeros(gpu, [3, 5]), Tensor.zeros(gpu, [4], "u32")),
    RangeError,
    'Cannot run crossEntropy: "labels" must be [voxels=5], got [4]',
  );
});
