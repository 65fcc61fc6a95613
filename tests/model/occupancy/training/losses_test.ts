import { assert, assertEquals } from "@std/assert";
import type { Gpu } from "../../../../gpu/device.ts";
import { backward, variable } from "../../../../gpu/tape.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import type { GaussianFormerConfig } from "../../../../model/occupancy/gaussianformer/config/config.ts";
import type { LossConfig } from "../../../../model/occupancy/config/model_config.ts";
import { presets } from "../../../../model/occupancy/gaussianformer/config/presets.ts";
import { GaussianFormer } from "../../../../model/occupancy/gaussianformer/network/gaussianformer.ts";
import { modelLoss, voxelWeightsOf } from "../../../../model/occupancy/training/losses.ts";
import { Initializer } from "../../../../model/init.ts";
import { TINY } from "../../../end_to_end/tiny_run.ts";
import { binaryCrossEntropy, pixelDistribution } from "../../../reference/loss/binary_losses.ts";
import { channelSoftmax, crossEntropy } from "../../../reference/loss/cross_entropy.ts";
import { focal } from "../../../reference/loss/focal.ts";
import { lovaszSoftmax } from "../../../reference/loss/lovasz_softmax.ts";
import { type F64, gpuTest, noise } from "../../../support.ts";

const VOXELS = 240;
const labels = Uint32Array.from(noise(9, VOXELS, 0, 18), (value) => Math.min(17, value));
const mask = labels.map((label) => Number(label !== 0));
const targets = { labels, mask };
const f64 = (shape: number[], seed: number, low = -2, high = 2): F64 => {
  const size = shape.reduce((a, b) => a * b);
  return { shape, data: Float64Array.from(noise(seed, size, low, high)) };
};
const scores = [1, 2].map((seed) => channelSoftmax(f64([18, VOXELS], seed)));
const occupied = [3, 4].map((seed) => f64([VOXELS], seed, 0.05, 0.95));
const logits = f64([30, 9], 5);
const bins = { shape: [30, 9], data: f64([30, 9], 6).data.map((value) => Number(value > 0.8)) };
for (let ray = 0; ray < 30; ray++) { // as the lifter fills them: the last bin where no other is set
  const row = bins.data.subarray(9 * ray, 9 * ray + 9);
  row[8] = Number(!row.slice(0, 8).includes(1));
}
const firstBin = {
  labels: Array.from({ length: 30 }, (_, ray) => bins.data.slice(9 * ray, 9 * ray + 9).indexOf(1)),
};
const turned = {
  shape: [9, 30],
  data: logits.data.map((_, i) => logits.data[(i % 30) * 9 + Math.floor(i / 30)]!),
};

/** The voxels of both blocks as one list. */
const joined = {
  shape: [18, 2 * VOXELS],
  data: Float64Array.from({ length: 36 * VOXELS }, (_, i) => {
    const [channel, n] = [Math.floor(i / (2 * VOXELS)), i % (2 * VOXELS)];
    return scores[Math.floor(n / VOXELS)]!.data[channel * VOXELS + n % VOXELS]!;
  }),
};

const NOTHING: Partial<LossConfig> = { nll: 0, lovasz: 0, pixel: 0, balance: "none" };
const prob: GaussianFormerConfig = presets["prob/nuscenes_gs6400"];
const occupancy = { range: [-12, -10, -2, 12, 10, 2], voxel: 2 } as const; // 12 x 10 x 2
const distances = Float64Array.from(
  { length: VOXELS },
  (_, n) => Math.hypot(-12 + 2 * Math.floor(n / 20) + 1, -10 + 2 * (Math.floor(n / 2) % 10) + 1),
);
const farthest = Math.max(...distances);

const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
const CASES: [name: string, weights: Partial<LossConfig>, expected: number][] = [
  [
    "the binary cross-entropy is added up over the blocks",
    { binary: 10 },
    10 * occupied.reduce((sum, p) => sum + binaryCrossEntropy(p, targets).data[0]!, 0),
  ],
  ["the first bin along each ray", { depth: 3 }, 3 * crossEntropy(turned, firstBin).data[0]!],
  [
    "sigmoids of the bins",
    { pixel: 2, pixelSigmoid: true },
    2 * pixelDistribution(logits, bins, true).data[0]!,
  ],
  ["a softmax over the bins", { pixel: 2 }, 2 * pixelDistribution(logits, bins).data[0]!],
  [
    "Lovász-softmax leaves out the label that it is told",
    { lovasz: 1, lovaszIgnore: 0 },
    mean(scores.map((p) => lovaszSoftmax(p, { ...targets, ignore: 0 }).data[0]!)),
  ],
  [
    "Lovász-softmax sorts all blocks together",
    { lovasz: 1, together: true },
    lovaszSoftmax(joined, { labels: [...labels, ...labels], mask: [...mask, ...mask], ignore: 17 })
      .data[0]!,
  ],
  [
    "the focal loss grows with the distance",
    { focal: 1 },
    mean(
      scores.map((p) =>
        focal(p, { ...targets, voxelWeights: distances.map((d) => d / farthest + 1) }).data[0]!
      ),
    ),
  ],
];
for (const [name, weights, expected] of CASES) {
  gpuTest(`loss of the model: ${name}`, async (gpu) => {
    const config = { ...prob, occupancy, loss: { ...prob.loss, ...NOTHING, ...weights } };
    const up = ({ data, shape }: F64) => variable(Tensor.from(gpu, Float32Array.from(data), shape));
    const leaves = { scores: scores.map(up), occupied: occupied.map(up), logits: up(logits) };
    const loss = modelLoss(
      {
        predictions: leaves.scores,
        occupancies: leaves.occupied,
        pixels: {
          logits: leaves.logits,
          targets: Tensor.from(gpu, Float32Array.from(bins.data), bins.shape),
        },
      },
      { labels: Tensor.from(gpu, labels), mask: Tensor.from(gpu, mask) },
      config,
      { classWeights: null, voxelWeights: voxelWeightsOf(gpu, config) },
    ).retain();
    const [value] = await loss.read("f32");
    assert(
      Math.abs(value! - expected) < 1e-4 * Math.abs(expected),
      `${value} instead of ${expected}`,
    );
    backward(loss);
    const reached = Object.values(leaves).flat().filter(({ gradient }) => gradient);
    assert(reached.length > 0, "the loss has a gradient");
  });
}

async function trained(gpu: Gpu, config: GaussianFormerConfig): Promise<string[]> {
  const model = new GaussianFormer(new Initializer(gpu, 1), config);
  const keys = model.trainableParameters().map(([key]) => key);
  model.release();
  await gpu.check();
  return keys.filter((key) =>
    /^(lifter\.(anchor|instance_feature)|img_neck.*0\.conv\.weight)$/.test(key)
  );
}

gpuTest("anchors, first features and neck are trained or not, as the settings say", async (gpu) => {
  const { lifter, neck } = TINY;
  const necks = ["img_neck.lateral_convs.0.conv.weight", "img_neck.fpn_convs.0.conv.weight"];
  assertEquals(await trained(gpu, TINY), [...necks, "lifter.anchor"]);
  assertEquals(
    await trained(gpu, {
      ...TINY,
      neck: { ...neck, frozen: true },
      lifter: { ...lifter, trainAnchors: false, trainFeatures: true },
    }),
    ["lifter.instance_feature"],
  );
});
