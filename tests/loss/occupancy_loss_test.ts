import { assertEquals } from "@std/assert";
import { surroundOcc } from "../../data/nuscenes/task.ts";
import { backward, variable } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { occupancyLoss, type OccupancyOptions } from "../../loss/occupancy_loss.ts";
import * as overlap from "../reference/loss/class_overlap.ts";
import { channelSoftmax, crossEntropy, scalar } from "../reference/loss/cross_entropy.ts";
import { focal } from "../reference/loss/focal.ts";
import { lovaszSoftmax } from "../reference/loss/lovasz_softmax.ts";
import { assertClose, checkOp, type F64, gpuTest, noiseArray } from "../support.ts";

// A fixture whose values were computed with the published modules: 12 voxels, mask label != 0.
const LABELS = [1, 4, 11, 15, 16, 17, 17, 17, 11, 7, 0, 2];
const LOGITS: F64 = {
  shape: [18, 12],
  data: Float64Array.from(
    { length: 18 * 12 },
    (_, i) => 2 * Math.sin(0.37 * (i % 12) + 0.11 * Math.floor(i / 12) ** 2 + 0.5),
  ),
};
const MASK = LABELS.map((label) => label ? 1 : 0);

for (const softmax of [true, false]) {
  gpuTest(`occupancyLoss of the published fixture, ${softmax ? "v1" : "v2"}`, async (gpu) => {
    const data = softmax ? LOGITS.data : channelSoftmax(LOGITS).data;
    const prediction = variable(Tensor.from(gpu, Float32Array.from(data), [18, 12]));
    const loss = occupancyLoss(prediction, Tensor.from(gpu, Uint32Array.from(LABELS)), {
      softmax,
      empty: 17,
      classWeights: Tensor.from(gpu, surroundOcc.weights!),
      mask: Tensor.from(gpu, Uint32Array.from(MASK)),
    }).retain();
    backward(loss);
    assertEquals(loss.shape, []);
    assertClose(await loss.read("f32"), [37.889156], { atol: 0, rtol: 1e-6 });
    const gradient = await prediction.gradient!.read("f32");
    const picked = [0, 12, 24, 17 * 12 + 5].map((at) => gradient[at]!);
    const expected = softmax
      ? [0.063075, -1.082789, 0.121582, -0.5076735]
      : [0, -17.660992, 0, -9.6447172];
    // The fixture was computed in f32: its -9.6447172 is -9.6447294 in doubles.
    assertClose(picked, expected, { atol: 6e-7, rtol: 2e-6 }, "gradient");
    const magnitude = gradient.reduce((sum, value) => sum + Math.abs(value), 0);
    assertClose([magnitude], [softmax ? 19.176275 : 951.99188], { atol: 0, rtol: 1e-6 });
  });
}

gpuTest("occupancyLoss of all terms, mean over two blocks", async (gpu) => {
  const weights = { crossEntropy: 2, lovasz: 3, semScal: 0.5, geoScal: 0.25, focal: 1.5, dice: 2 };
  const example = { labels: LABELS, mask: MASK, classWeights: surroundOcc.weights! };
  const options: OccupancyOptions = {
    softmax: true,
    empty: 17,
    classWeights: Tensor.from(gpu, surroundOcc.weights!),
    mask: Tensor.from(gpu, Uint32Array.from(MASK)),
    weights,
  };
  const labels = Tensor.from(gpu, Uint32Array.from(LABELS));
  const block = (logits: F64) => {
    const probs = channelSoftmax(logits);
    return weights.crossEntropy * crossEntropy(logits, example).data[0]! +
      weights.lovasz * lovaszSoftmax(probs, { ...example, ignore: 17 }).data[0]! +
      weights.semScal * overlap.semScal(probs, example, [17]).data[0]! +
      weights.geoScal * overlap.geoScal(probs, example, 17).data[0]! +
      weights.focal * focal(logits, example).data[0]! +
      weights.dice * overlap.dice(probs, example).data[0]!;
  };
  await checkOp(gpu, {
    inputs: [noiseArray(71, [18, 12], -2, 2), noiseArray(72, [18, 12], -2, 2)],
    op: (a, b) => occupancyLoss([a, b], labels, options),
    reference: (a, b) => scalar((block(a) + block(b)) / 2),
    step: 1e-6,
    gradientTolerance: { atol: 1e-6, rtol: 1e-4 },
  });
});

gpuTest("occupancyLoss of nothing is 0, and so are its gradients", async (gpu) => {
  const prediction = variable(Tensor.from(gpu, new Float32Array(36).fill(0.5), [18, 2]));
  const loss = occupancyLoss(prediction, Tensor.zeros(gpu, [2], "u32"), {
    softmax: true,
    empty: 17,
    mask: Tensor.zeros(gpu, [2], "u32"),
    weights: { semScal: 1, geoScal: 1, focal: 1 },
  }).retain();
  backward(loss);
  assertEquals(await loss.read("f32"), Float32Array.of(0));
  assertClose(await prediction.gradient!.read("f32"), new Float32Array(36), { atol: 0, rtol: 0 });
});
