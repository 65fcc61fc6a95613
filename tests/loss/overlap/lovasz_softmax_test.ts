import { assertEquals } from "@std/assert";
import { backward, variable } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { lovaszSoftmax } from "../../../loss/overlap/lovasz_softmax.ts";
import { lovaszSoftmax as reference } from "../../reference/loss/lovasz_softmax.ts";
import { assertClose, checkOp, gpuTest, noiseArray } from "../../support.ts";
import { LABEL_CASES, upload } from "../label_cases.ts";

for (const example of LABEL_CASES) {
  gpuTest(`lovaszSoftmax: ${example.name}`, async (gpu) => {
    const { ignore = 255 } = example;
    const { labels, options: { classWeights: _, ...options } } = upload(gpu, {
      ...example,
      ignore,
    });
    await checkOp(gpu, {
      inputs: [noiseArray(31, [example.classes, example.voxels], 0.01, 0.99)],
      op: (probs) => lovaszSoftmax(probs, labels, options),
      reference: (probs) => reference(probs, { ...example, ignore }),
      // Errors of neighbouring ranks are 1e-3 apart; a smaller step swaps none of them.
      step: 1e-7,
      gradientTolerance: { atol: 1e-7, rtol: 1e-4 },
    });
  });
}

gpuTest("lovaszSoftmax over several tiles of the sort, predictions past [0, 1]", async (gpu) => {
  // More than 512 workgroups of 64 threads rank at once.
  const voxels = 40009;
  const example = { labels: Array.from({ length: voxels }, (_, n) => (n * n) % 7), ignore: 5 };
  await checkOp(gpu, {
    inputs: [noiseArray(32, [6, voxels], -2, 3)],
    op: (probs) =>
      lovaszSoftmax(probs, Tensor.from(gpu, Uint32Array.from(example.labels)), { ignore: 5 }),
    reference: (probs) => reference(probs, example),
    samples: 5,
    step: 1e-7,
    gradientTolerance: { atol: 1e-7, rtol: 1e-4 },
  });
});

gpuTest("lovaszSoftmax gradient of sorted hits 1, 0, 1, 0", async (gpu) => {
  const probs = variable(Tensor.from(gpu, [0.1, 0.8, 0.3, 0.6], [1, 4]));
  backward(lovaszSoftmax(probs, Tensor.from(gpu, Uint32Array.of(0, 9, 0, 9))));
  assertClose(await probs.gradient!.read("f32"), [-1 / 2, 1 / 6, -1 / 3, 0], {
    atol: 1e-7,
    rtol: 0,
  });
});

gpuTest("lovaszSoftmax ranks equal errors by voxel, the same bits each time", async (gpu) => {
  const size = 5003;
  const labels = Tensor.from(gpu, Uint32Array.from({ length: size }, (_, n) => n % 3));
  const run = async () => {
    // Two values only: errors of hits and misses tie by the thousand.
    const probs = variable(
      Tensor.from(gpu, Float32Array.from({ length: 3 * size }, (_, i) => i % 2 ? 0.25 : 0.75), [
        3,
        size,
      ]),
    );
    const loss = lovaszSoftmax(probs, labels).retain();
    backward(loss);
    return { loss: await loss.read("f32"), gradient: await probs.gradient!.read("f32") };
  };
  const [first, second] = [await run(), await run()];
  assertEquals(first, second);
  const data = Float64Array.from({ length: 3 * size }, (_, i) => i % 2 ? 0.25 : 0.75);
  const expected = reference({ shape: [3, size], data }, {
    labels: Array.from({ length: size }, (_, n) => n % 3),
  });
  assertClose(first.loss, expected.data, { atol: 1e-6, rtol: 0 });
  // The steps of the Jaccard loss add up to 1 for each class whatever the order: mean over classes.
  const steps = first.gradient.reduce((sum, value) => sum + Math.abs(value), 0);
  assertClose([steps], [1], { atol: 1e-5, rtol: 0 });
});

gpuTest("lovaszSoftmax without a gradient wanted", async (gpu) => {
  const probs = Tensor.from(gpu, [0.1, 0.8, 0.3, 0.6], [1, 4]);
  const loss = lovaszSoftmax(probs, Tensor.from(gpu, Uint32Array.of(0, 9, 0, 9)));
  assertClose(await loss.read("f32"), [0.9 / 2 + 0.8 / 6 + 0.7 / 3], { atol: 1e-6, rtol: 0 });
});
