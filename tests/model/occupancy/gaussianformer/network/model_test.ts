import { assert, assertEquals } from "@std/assert";
import type { Gpu } from "../../../../../gpu/device.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { backward } from "../../../../../gpu/tape.ts";
import { completeConfig, modelOf } from "../../../../../model/occupancy/table.ts";
import { Initializer } from "../../../../../model/init.ts";
import type { GaussianFormerConfig } from "../../../../../model/occupancy/gaussianformer/config/config.ts";
import type { HeadConfig } from "../../../../../model/occupancy/config/anchor_config.ts";
import { classWeightsOf, modelLoss } from "../../../../../model/occupancy/training/losses.ts";
import { GaussianFormer } from "../../../../../model/occupancy/gaussianformer/network/gaussianformer.ts";
import { presets } from "../../../../../model/occupancy/gaussianformer/config/presets.ts";
import { gpuTest, noise } from "../../../../support.ts";

const CAMERAS = 3;
// Halving 38 gives 19 and 10, so that the pyramid's maps are enlarged by no whole factor; the neck of
// a sampled lifter needs whole ones.
const ODD = [152, 72] as const;
const EVEN = [160, 64] as const;

/** A preset with its structure but hardly any width. */
function tiny(preset: GaussianFormerConfig): GaussianFormerConfig {
  const backbone = {
    ...preset.backbone,
    stageBlocks: [1, 2, 1, 1],
    stemChannels: 8,
    baseChannels: 4,
  };
  const { lifter } = preset;
  const [width, height] = lifter.kind === "sampled" ? EVEN : ODD;
  return {
    ...preset,
    image: { ...preset.image, width, height },
    backbone,
    gaussians: { ...preset.gaussians, count: 90, scaleRange: [0.5, 2] },
    lifter: lifter.kind === "sampled"
      ? { ...lifter, backbone, count: 60, neckChannels: 4 }
      : lifter,
    encoder: {
      ...preset.encoder,
      embedDims: 16,
      blocks: 2,
      feedforward: 16,
      dropout: 0,
      attentionDropout: 0,
      cell: 4,
      kernel: 3,
    },
    occupancy: { range: [-20, -20, -5, 20, 20, 3], voxel: 2 },
  };
}

function batchOf(gpu: Gpu, { image: { width, height } }: GaussianFormerConfig) {
  const images = noise(1, CAMERAS * 3 * width * height, -2, 2);
  const turn = (angle: number) => {
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const [f, x, y] = [70, width / 2, height / 2];
    // A pinhole 0.5 m above the lidar that looks along (c, s, 0).
    const rows = [[f * s + x * c, -f * c + x * s, 0, 0.3 * f], [y * c, y * s, -f, 0.5 * f + 1]];
    return [...rows.flat(), c, s, 0, -0.2, 0, 0, 0, 1];
  };
  const voxels = 20 * 20 * 4;
  const labels = Uint32Array.from(noise(2, voxels, 0, 36), (value) => Math.min(17, value));
  return {
    images: Tensor.from(gpu, Float32Array.from(images), [CAMERAS, 3, height, width]),
    projection: Tensor.from(gpu, [0.3, 2.2, 4.4].flatMap(turn), [CAMERAS, 4, 4]),
    imageSize: Tensor.from(gpu, [0, 1, 2].flatMap(() => [width, height]), [CAMERAS, 2]),
    labels: Tensor.from(gpu, labels),
    mask: Tensor.from(gpu, labels.map((label) => Number(label !== 0))),
  };
}

const solid = tiny(presets.nuscenes_gs25600_solid);
const gs6400 = tiny(presets["prob/nuscenes_gs6400"]);
const probabilistic = gs6400.head as Extract<HeadConfig, { kind: "probabilistic" }>;
const VARIANTS: Record<string, GaussianFormerConfig> = {
  "gs25600_solid": solid,
  "gs25600_solid, legacy": { ...solid, legacy: true },
  "gs144000, all blocks": tiny(presets.nuscenes_gs144000),
  "gs25600_solid, residuals added, pytorch style, nothing frozen": {
    ...solid,
    encoder: { ...solid.encoder, residual: "add", feedforwardNorm: false },
    backbone: { ...solid.backbone, style: "pytorch", frozenStages: -1, recompute: false },
  },
  "prob/gs6400": gs6400,
  "prob/gs6400, gather, own boxes, no combination, two depths a pixel": {
    ...gs6400,
    encoder: { ...gs6400.encoder, duplicates: "gather" },
    head: { ...probabilistic, perAxis: true, combine: false },
    lifter: { ...gs6400.lifter, pointsPerPixel: 2 } as GaussianFormerConfig["lifter"],
  },
  "prob/gs6400, lifter trained, random subset": {
    ...gs6400,
    lifter: {
      ...gs6400.lifter,
      frozen: false,
      subset: "random",
      deterministic: true,
    } as GaussianFormerConfig["lifter"],
  },
};

for (const [name, config] of Object.entries(VARIANTS)) {
  gpuTest(`${name}: its gradients foretell how the loss falls`, async (gpu) => {
    const model = new GaussianFormer(new Initializer(gpu, 3), config);
    try {
      const batch = batchOf(gpu, config);
      const classWeights = classWeightsOf(gpu, config);
      const place = gpu.random.counter;
      const loss = () => {
        // The same depths are drawn every time.
        gpu.random.counter = place;
        const occupancy = model.forward(batch);
        assertEquals(occupancy.predictions.length, config.head.supervised === "all" ? 2 : 1);
        assertEquals(occupancy.probabilities.shape, [18, 1600]);
        return modelLoss(occupancy, batch, config, { classWeights });
      };
      const first = loss().retain();
      backward(first);
      const [before] = await first.read("f32");
      assert(Number.isFinite(before), `the loss is ${before}`);
      const parameters = await Promise.all(
        model.trainableParameters()
          // Positions jump from cell to cell, and the loss with them.
          .filter(([key]) => /head|refine|layers\.\d+\.(layers|weight|bias)|img_neck/.test(key))
          .map(async ([key, { value, gradient }]) => ({
            key,
            value,
            old: await value.read("f32"),
            slope: await gradient!.read("f32"),
          })),
      );
      for (const { key, slope } of parameters) {
        assert(slope.every(Number.isFinite), `the gradient of ${key} is not finite`);
      }
      const squares = parameters.reduce(
        (sum, { slope }) => sum + slope.reduce((part, x) => part + x * x, 0),
        0,
      );
      assert(squares > 0, "there is no gradient");
      // A fall by 1e-4 is far above rounding, and hardly bent by logarithms near their floor.
      const step = 1e-4 * before! / squares;
      const at = async (factor: number) => {
        for (const { value, old, slope } of parameters) {
          value.write(old.map((x, i) => x - factor * step * slope[i]!));
        }
        using _probe = gpu.scope();
        return (await loss().read("f32"))[0]!;
      };
      const fall = (await at(-0.5) - await at(0.5)) / (step * squares);
      assert(Math.abs(fall - 1) < 0.1, `the loss falls ${fall} times as much as foretold`);
    } finally {
      model.release();
    }
  });
}

for (const [name, config] of Object.entries({ solid, gs6400 })) {
  gpuTest(
    `${name}: what runs again when walking back gives the same bits for less memory`,
    async (gpu) => {
      const encoder = { ...config.encoder, dropout: 0.2, attentionDropout: 0.1 };
      const runs = [];
      for (const recompute of [false, true]) {
        const again = modelOf<GaussianFormerConfig>(config).recomputing(
          { ...config, encoder },
          recompute,
        );
        using _run = gpu.scope();
        const model = new GaussianFormer(new Initializer(gpu, 3), again);
        gpu.random.counter = 7;
        const batch = batchOf(gpu, again);
        const occupancy = model.forward(batch);
        const kept = gpu.memory.inUse;
        const classWeights = classWeightsOf(gpu, again);
        backward(modelLoss(occupancy, batch, again, { classWeights }));
        const gradients = await Promise.all(
          model.trainableParameters().map(async ([key, { gradient }]) =>
            [key, await gradient?.read("f32")] as const
          ),
        );
        runs.push({ kept, gradients: Object.fromEntries(gradients) });
        model.release();
      }
      assert(Object.values(runs[0]!.gradients).some((values) => values?.some((x) => x !== 0)));
      assertEquals(runs[1]!.gradients, runs[0]!.gradients);
      assert(runs[1]!.kept < runs[0]!.kept, `${runs[1]!.kept} against ${runs[0]!.kept} bytes`);
    },
  );
}

Deno.test("settings of a version that kept the encoder's insides go on keeping them", () => {
  const { recompute: _, ...encoder } = solid.encoder;
  const stored = { ...solid, encoder } as unknown as GaussianFormerConfig;
  assertEquals(completeConfig(stored).encoder, { ...solid.encoder, recompute: false });
  assertEquals(completeConfig(solid), solid);
});
