import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Tensor } from "../../../../gpu/tensor.ts";
import { Initializer } from "../../../../model/init.ts";
import type { GaussianFormerConfig } from "../../../../model/occupancy/gaussianformer/config/config.ts";
import { presets } from "../../../../model/occupancy/gaussianformer/config/presets.ts";
import { GaussianFormer } from "../../../../model/occupancy/gaussianformer/network/gaussianformer.ts";
import { modelLoss } from "../../../../model/occupancy/training/losses.ts";
import { TINY } from "../../../end_to_end/tiny_run.ts";
import { gpuTest, noise } from "../../../support.ts";

// GaussianFormer as its weights of September 2024 need it. The switch in attention and its dropout are
// tested with deformableAggregation, the cells of the sparse convolution with legacyRules.

const solid: GaussianFormerConfig = presets.nuscenes_gs25600_solid;
const SOLID: GaussianFormerConfig = {
  ...solid,
  image: TINY.image,
  backbone: TINY.backbone,
  gaussians: { ...solid.gaussians, count: 60 },
  encoder: { ...solid.encoder, embedDims: 16, feedforward: 16, blocks: 3, kernel: 3, cell: 4 },
  occupancy: TINY.occupancy,
  head: { ...solid.head, supervised: "all" },
};
const LEGACY: GaussianFormerConfig = { ...SOLID, legacy: true };

gpuTest("new training is not legacy in any preset", () => {
  for (const [name, { legacy }] of Object.entries(presets)) assertEquals(legacy, false, name);
});

gpuTest("legacy: the loss of several blocks is their sum, else their mean", async (gpu) => {
  const voxels = 200;
  const predictions = [1, 2, 3].map((seed) =>
    Tensor.from(gpu, Float32Array.from(noise(seed, 18 * voxels, -2, 2)), [18, voxels])
  );
  const labels = Uint32Array.from(noise(9, voxels, 0, 18), (value) => Math.min(17, value));
  const targets = {
    labels: Tensor.from(gpu, labels),
    mask: Tensor.from(gpu, labels.map((label) => Number(label !== 0))),
  };
  const loss = async (config: GaussianFormerConfig, blocks: readonly Tensor[]) => {
    const options = { classWeights: null };
    const value = modelLoss({ predictions: blocks, pixels: null }, targets, config, options);
    return (await value.read("f32"))[0]!;
  };
  const each = [];
  for (const prediction of predictions) each.push(await loss(SOLID, [prediction]));
  const sum = each.reduce((a, b) => a + b);
  assertNear(await loss(LEGACY, predictions), sum);
  assertNear(await loss(SOLID, predictions), sum / 3);
  assertNear(await loss(LEGACY, predictions.slice(0, 1)), each[0]!);
});

gpuTest(
  "legacy: opacity starts at 0.1 instead of 0.5, free space at 1 instead of 10",
  async (gpu) => {
    for (const [config, opacity, scalar] of [[SOLID, 0.5, 10], [LEGACY, 0.1, 1]] as const) {
      const model = new GaussianFormer(new Initializer(gpu, 1), config);
      const { "lifter.anchor": anchor, "head.empty_scalar": empty } = await model.tensors();
      const width = anchor!.shape[1]!;
      for (let row = 0; row < anchor!.shape[0]!; row++) {
        assertNear(1 / (1 + Math.exp(-anchor!.data[row * width + 10]!)), opacity);
      }
      assertEquals([...empty!.data], [scalar]);
      model.release();
    }
  },
);

gpuTest(
  "legacy: attention and cells differ, and no weight but these two starts otherwise",
  async (gpu) => {
    const models = [SOLID, LEGACY].map((config) => {
      const model = new GaussianFormer(new Initializer(gpu, 1), config);
      model.train(false);
      return model;
    });
    const [own, legacy] = await Promise.all(models.map((model) => model.tensors()));
    const changed = Object.keys(own!).filter((key) =>
      own![key]!.data.some((value, i) => value !== legacy![key]!.data[i])
    );
    assertEquals(changed.sort(), ["head.empty_scalar", "lifter.anchor"]);
    // With the very same weights.
    models[1]!.load(own!);
    const { width, height } = SOLID.image;
    const pixels = Float32Array.from(noise(1, 2 * 3 * width * height, -2, 2));
    const batch = {
      images: Tensor.from(gpu, pixels, [2, 3, height, width]),
      projection: Tensor.from(
        gpu,
        [0, 2].flatMap((angle) => pinhole([width, height], angle)),
        [2, 4, 4],
      ),
      imageSize: Tensor.from(gpu, [width, height, width, height], [2, 2]),
    };
    const features: Float32Array[][] = [[], []];
    for (const [i, model] of models.entries()) {
      const kept: Promise<Float32Array>[] = [];
      model.forward(batch, (name, tensor) => {
        if (name.endsWith(".sampled") || name.endsWith(".cells")) {
          kept.push(tensor.read().then((values) => Float32Array.from(values)));
        }
      });
      features[i] = await Promise.all(kept);
    }
    assertEquals(features[0]!.length, features[1]!.length);
    assert(features[0]!.length >= 4);
    features[0]!.forEach((values, i) => assertNotEquals(values, features[1]![i]));
    models.forEach((model) => model.release());
  },
);

/** A pinhole in the lidar's place that looks along an angle. */
function pinhole([width, height]: readonly [number, number], angle: number): number[] {
  const [f, x, y] = [0.6 * width, width / 2, height / 2];
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [f * s + x * c, -f * c + x * s, 0, 0, y * c, y * s, -f, 1, c, s, 0, 0, 0, 0, 0, 1];
}

function assertNear(actual: number, expected: number) {
  assert(Math.abs(actual - expected) < 1e-4 * Math.abs(expected), `${actual}, not ${expected}`);
}
