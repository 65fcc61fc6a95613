import { assertEquals } from "@std/assert";
import { backward, variable } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { nllOnProbabilities } from "../../../loss/voxels/nll.ts";
import { negativeLogLikelihood } from "../../reference/loss/cross_entropy.ts";
import { assertClose, checkOp, gpuTest, noiseArray } from "../../support.ts";
import { LABEL_CASES, upload } from "../label_cases.ts";

for (const example of LABEL_CASES) {
  gpuTest(`nllOnProbabilities: ${example.name}`, async (gpu) => {
    const { labels, options } = upload(gpu, example);
    await checkOp(gpu, {
      inputs: [noiseArray(12, [example.classes, example.voxels], 0.05, 0.95)],
      op: (probs) => nllOnProbabilities(probs, labels, options),
      reference: (probs) => negativeLogLikelihood(probs, example, 1e-6),
      gradientTolerance: { atol: 1e-7, rtol: 1e-4 },
    });
  });
}

gpuTest("nllOnProbabilities passes no gradient outside the clamp", async (gpu) => {
  const probs = variable(Tensor.from(gpu, [0, 1, 0.5, 2, -1, 0.25], [1, 6]));
  const loss = nllOnProbabilities(probs, Tensor.zeros(gpu, [6], "u32"));
  backward(loss);
  const gradient = await probs.gradient!.read("f32");
  assertClose(gradient, [0, 0, -1 / 3, 0, 0, -2 / 3], { atol: 0, rtol: 1e-6 });
  assertEquals(gradient.filter((value) => value !== 0).length, 2);
});
