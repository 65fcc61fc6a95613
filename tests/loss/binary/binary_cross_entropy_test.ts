import { backward, variable } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { binaryCrossEntropy } from "../../../loss/binary/binary_cross_entropy.ts";
import { binaryCrossEntropy as reference } from "../../reference/loss/binary_losses.ts";
import { assertClose, checkOp, gpuTest, noiseArray } from "../../support.ts";
import { LABEL_CASES, upload } from "../label_cases.ts";

for (const example of LABEL_CASES) {
  gpuTest(`binaryCrossEntropy: ${example.name}`, async (gpu) => {
    const { ignore = 255 } = example;
    const { labels, options: { mask } } = upload(gpu, example);
    await checkOp(gpu, {
      inputs: [noiseArray(51, [example.voxels], 0.02, 0.98)],
      op: (probs) => binaryCrossEntropy(probs, labels, { mask, ignore, empty: 1 }),
      reference: (probs) => reference(probs, { ...example, ignore, empty: 1 }),
      gradientTolerance: { atol: 1e-7, rtol: 1e-4 },
    });
  });
}

gpuTest("binaryCrossEntropy clamps, and passes no gradient outside", async (gpu) => {
  const probs = variable(Tensor.from(gpu, [0, 1, 0.5, 0.5]));
  const loss = binaryCrossEntropy(probs, Tensor.from(gpu, Uint32Array.of(3, 3, 3, 17)), {
    empty: 17,
  }).retain();
  backward(loss);
  assertClose(await probs.gradient!.read("f32"), [0, 0, -0.5, 0.5], { atol: 1e-7, rtol: 0 });
  const expected = -(Math.log(1e-6) + Math.log(1 - 1e-6) + 2 * Math.log(0.5)) / 4;
  assertClose(await loss.read("f32"), [expected], { atol: 0, rtol: 1e-6 });
});
