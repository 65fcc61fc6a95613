import { assert, assertEquals } from "@std/assert";
import type { Gpu } from "../../../../gpu/device.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { configOfSize, ringOfCameras } from "../../../../bench/model/occupancy/model_size.ts";
import { GaussianFormer } from "../../../../model/occupancy/gaussianformer/network/gaussianformer.ts";
import { noTrace, type Trace } from "../../../../model/occupancy/network/trace.ts";
import { Initializer } from "../../../../model/init.ts";
import { evaluating } from "../../../../model/module.ts";
import { assertClose, gpuTest, noise } from "../../../support.ts";

const BACKBONE = { stageBlocks: [1, 1, 1, 1], stemChannels: 8, baseChannels: 4 };

function configOf(preset: "nuscenes_gs25600_solid" | "prob/nuscenes_gs6400") {
  const config = configOfSize({ preset, shrunk: 16 });
  const { lifter } = config;
  const backbone = { ...config.backbone, ...BACKBONE };
  return {
    ...config,
    backbone,
    lifter: lifter.kind === "sampled" ? { ...lifter, backbone } : lifter,
    encoder: { ...config.encoder, blocks: 2 },
  };
}

async function run(gpu: Gpu, preset: Parameters<typeof configOf>[0]) {
  const config = configOf(preset);
  const { width, height } = config.image;
  const model = new GaussianFormer(new Initializer(gpu, 3), config);
  const images = Float32Array.from(noise(1, 6 * 3 * width * height, -2, 2));
  const place = gpu.random.counter;
  const forward = (trace: Trace) =>
    evaluating(model, gpu, async () => {
      using _step = gpu.scope();
      gpu.random.counter = place;
      const told: string[] = [];
      const before = gpu.memory.inUse;
      const { probabilities } = model.forward(
        {
          images: Tensor.from(gpu, images, [6, 3, height, width]),
          projection: Tensor.from(gpu, ringOfCameras(config), [6, 4, 4]),
          imageSize: Tensor.from(gpu, Array(6).fill([width, height]).flat(), [6, 2]),
        },
        trace,
        (part) => told.push(part),
      );
      const held = gpu.memory.inUse - before;
      return { scores: await probabilities.read("f32"), told, held };
    });
  try {
    return [await forward(noTrace), await forward(() => {})] as const;
  } finally {
    model.release();
  }
}

for (const preset of ["nuscenes_gs25600_solid", "prob/nuscenes_gs6400"] as const) {
  gpuTest(`${preset}: pictures one by one give what all at once give`, async (gpu) => {
    const [apart, together] = await run(gpu, preset);
    const pyramids = (told: readonly string[]) =>
      told.filter((part) => /pyramid/.test(part)).length;
    assertEquals([pyramids(apart.told), pyramids(together.told)], [6, 1]);
    assertClose(apart.scores, together.scores, { atol: 2e-5, rtol: 1e-4 }, "scores");
    assert(apart.scores.some((score) => score !== apart.scores[0]));
    // Features of blocks and layers are gone: what stays are pictures, their features and Gaussians.
    assert(apart.held < 4e6, `${apart.held} bytes`);
  }, { tuning: { picturesTogether: false } });
}
