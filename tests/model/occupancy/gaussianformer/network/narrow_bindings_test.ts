import { assert } from "@std/assert";
import { ringOfCameras } from "../../../../../bench/model/occupancy/model_size.ts";
import { Gpu } from "../../../../../gpu/device.ts";
import { backward } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import type { GaussianFormerConfig } from "../../../../../model/occupancy/gaussianformer/config/config.ts";
import { presets } from "../../../../../model/occupancy/gaussianformer/config/presets.ts";
import { GaussianFormer } from "../../../../../model/occupancy/gaussianformer/network/gaussianformer.ts";
import { classWeightsOf, modelLoss } from "../../../../../model/occupancy/training/losses.ts";
import { Initializer } from "../../../../../model/init.ts";
import { assertClose, gpuTest, noise } from "../../../../support.ts";

// As in nuscenes_gs144000 on an adapter that binds 128 MiB, all a hundredth of the size: the features
// of all Gaussians, twice as wide as the embedding, are larger than a binding, and little else is.
const LIMIT = 1_342_208;
const full: GaussianFormerConfig = presets.nuscenes_gs144000;
const CONFIG: GaussianFormerConfig = {
  ...full,
  image: { ...full.image, width: 128, height: 64 },
  backbone: { ...full.backbone, stageBlocks: [1, 1, 1, 1], stemChannels: 8, baseChannels: 8 },
  gaussians: { ...full.gaussians, count: 2880, scaleRange: [0.5, 2] },
  encoder: {
    ...full.encoder,
    embedDims: 64,
    feedforward: 256,
    blocks: 2,
    learnedPoints: 0,
    cell: 4,
    kernel: 3,
  },
  occupancy: { range: [-20, -20, -5, 20, 20, 3], voxel: 2 },
};

async function lossAndGradients(gpu: Gpu) {
  const { width, height } = CONFIG.image;
  const model = new GaussianFormer(new Initializer(gpu, 3), CONFIG);
  gpu.random.seed = 7;
  gpu.random.counter = 0;
  try {
    using _step = gpu.scope();
    const labels = Uint32Array.from(noise(2, 1600, 0, 36), (value) => Math.min(17, value));
    const batch = {
      images: Tensor.from(
        gpu,
        Float32Array.from(noise(1, 6 * 3 * width * height, -2, 2)),
        [6, 3, height, width],
      ),
      projection: Tensor.from(gpu, ringOfCameras(CONFIG), [6, 4, 4]),
      imageSize: Tensor.from(gpu, Array(6).fill([width, height]).flat(), [6, 2]),
      labels: Tensor.from(gpu, labels),
      mask: Tensor.from(gpu, labels.map((label) => Number(label !== 0))),
    };
    const classWeights = classWeightsOf(gpu, CONFIG);
    const loss = modelLoss(model.forward(batch), batch, CONFIG, { classWeights }).retain();
    backward(loss);
    const gradients = new Map<string, Float32Array>();
    for (const [key, { gradient }] of model.trainableParameters()) {
      if (/encoder\.|lifter\./.test(key)) gradients.set(key, await gradient!.read("f32"));
    }
    return { loss: (await loss.read("f32"))[0]!, gradients };
  } finally {
    model.release();
  }
}

gpuTest(
  "a training step whose Gaussians exceed a binding gives what one that fits gives",
  async (gpu) => {
    const narrow = await Gpu.open({ tuning: { mostBound: LIMIT } });
    try {
      const whole = await lossAndGradients(gpu);
      const cut = await lossAndGradients(narrow);
      await narrow.check();
      assertClose([cut.loss], [whole.loss], { atol: 0, rtol: 1e-5 }, "loss");
      for (const [key, gradient] of whole.gradients) {
        const length = Math.hypot(...gradient.subarray(0, 100_000));
        assert(Number.isFinite(length), key);
        const off = gradient.reduce((sum, x, i) => sum + (x - cut.gradients.get(key)![i]!) ** 2, 0);
        const all = gradient.reduce((sum, x) => sum + x * x, 0);
        assert(off <= 1e-6 * all + 1e-16, `${key}: off by ${Math.sqrt(off / all)}`);
      }
    } finally {
      narrow.destroy();
    }
  },
);
