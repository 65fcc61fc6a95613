import { assert, assertEquals } from "@std/assert";
import type { Gpu } from "../../../../gpu/device.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { backward } from "../../../../gpu/tape.ts";
import { Initializer } from "../../../../model/init.ts";
import type { GaussianFormerConfig } from "../../../../model/occupancy/gaussianformer/config/config.ts";
import { gridDims } from "../../../../model/occupancy/config/model_config.ts";
import { GaussianFormer } from "../../../../model/occupancy/gaussianformer/network/gaussianformer.ts";
import { makeStagedModel } from "../../../../model/occupancy/training/staged_model.ts";
import { TINY, TINY_SAMPLED } from "../../../end_to_end/tiny_run.ts";
import { gpuTest, noise } from "../../../support.ts";

/** A pinhole at the lidar's height that looks along an angle, or up into the sky. */
function camera([width, height]: readonly [number, number], angle: number | "up"): number[] {
  const [f, x, y] = [0.6 * width, width / 2, height / 2];
  if (angle === "up") return [f, 0, x, 0, 0, f, y, 0, 0, 0, 1, -500, 0, 0, 0, 1];
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [f * s + x * c, -f * c + x * s, 0, 0, y * c, y * s, -f, 1, c, s, 0, 0, 0, 0, 0, 1];
}

function batchOf(
  gpu: Gpu,
  config: GaussianFormerConfig,
  angles: readonly (number | "up")[],
  label: (voxel: number) => number,
) {
  const { width, height } = config.image;
  const voxels = gridDims(config.occupancy).reduce((product, count) => product * count, 1);
  const labels = Uint32Array.from({ length: voxels }, (_, voxel) => label(voxel));
  const pixels = Float32Array.from(noise(1, angles.length * 3 * width * height, -2, 2));
  return {
    images: Tensor.from(gpu, pixels, [angles.length, 3, height, width]),
    projection: Tensor.from(
      gpu,
      angles.flatMap((angle) => camera([width, height], angle)),
      [angles.length, 4, 4],
    ),
    imageSize: Tensor.from(gpu, angles.flatMap(() => [width, height]), [angles.length, 2]),
    labels: Tensor.from(gpu, labels),
    mask: Tensor.from(gpu, labels.map((value) => Number(value !== 0))),
  };
}

const mixed = (voxel: number) => voxel % 19 === 0 ? 1 + voxel % 16 : 17;
const CASES: Readonly<
  Record<string, [GaussianFormerConfig, (number | "up")[], (voxel: number) => number]>
> = {
  "a camera that sees no Gaussian": [TINY, [0, 2, "up"], mixed],
  "cameras none of which sees a Gaussian": [TINY, ["up", "up"], mixed],
  "no pixel whose depths lie in range": [TINY_SAMPLED, ["up", "up"], mixed],
  "labels of free space alone": [TINY, [0, 2], () => 17],
  "labels that all say nothing": [TINY, [0, 2], () => 0],
};

for (const [what, [config, angles, label]] of Object.entries(CASES)) {
  gpuTest(`${what}: loss and gradients are finite`, async (gpu) => {
    const trainee = makeStagedModel(new Initializer(gpu, 3), config, "model");
    try {
      const loss = (await trainee.loss(batchOf(gpu, config, angles, label), 1)).retain();
      backward(loss);
      assert(Number.isFinite((await loss.read("f32"))[0]), "the loss is not finite");
      for (const [key, { gradient }] of trainee.module.trainableParameters()) {
        const values = await gradient!.read("f32");
        assert(values.every(Number.isFinite), `the gradient of ${key} is not finite`);
      }
    } finally {
      trainee.release();
    }
  });
}

gpuTest("Gaussians that all lie outside of every voxel's reach leave free space", async (gpu) => {
  const model = new GaussianFormer(new Initializer(gpu, 3), TINY);
  try {
    // The smallest scale there is, in the corners: most voxels are in no Gaussian's box.
    const { value } = (model.lifter as unknown as { anchor: { value: Tensor } }).anchor;
    const anchors = await value.read("f32");
    const width = value.shape[1]!;
    for (let row = 0; row < value.rows; row++) anchors.fill(-20, row * width, row * width + 6);
    value.write(anchors);
    const batch = batchOf(gpu, TINY, [0, 2], mixed);
    const trainee = makeStagedModel(new Initializer(gpu, 3), TINY, "model");
    const { probabilities } = model.forward(batch);
    const values = (await probabilities.read("f32")).slice();
    assert(values.every(Number.isFinite));
    const voxels = probabilities.shape[1]!;
    assertEquals(values[18 * voxels - 1], 1, "the far corner is free");
    trainee.release();
  } finally {
    model.release();
  }
});
