import { assert, assertEquals } from "@std/assert";
import { readScene } from "../../../../data/scenes/read_scene.ts";
import { splatsAt } from "../../../../data/scenes/points/start_points.ts";
import { type SplatConfig, splatConfig } from "../../../../model/splat/config.ts";
import { rehearse } from "../../../../model/splat/plan/rehearsal.ts";
import { sceneShots } from "../../../../model/splat/scene/scene_shots.ts";
import { trainSplat } from "../../../../model/splat/training/training.ts";
import { gpuTest, noise } from "../../../support.ts";
import { withTinyScene } from "../tiny_scene.ts";

const COUNT = 30_000;

for (
  const [what, settings, degree] of [
    ["default", { strategy: "default" }, 3],
    ["absgrad, antialiased, exposures learned, two views a step", {
      strategy: "absgrad",
      batch_views: 2,
      antialiasing: true,
      train_test_exp: true,
    }, 1],
    ["mcmc with sparse Adam, pictures beside the GPU", {
      strategy: "mcmc",
      optimizer_type: "sparse_adam",
      data_device: "cpu",
    }, 0],
  ] as const satisfies readonly [string, Partial<SplatConfig>, number][]
) {
  gpuTest(`a rehearsal finds the peak of a training: ${what}`, async (gpu) => {
    await withTinyScene(async (scene) => {
      const config = splatConfig({ ...settings, sh_degree: degree, iterations: 3, resolution: 1 });
      const splats = splatsAt({
        positions: Float32Array.from(noise(41, 3 * COUNT)),
        colours: new Uint8Array(3 * COUNT).fill(127),
      }, degree);
      const shots = sceneShots(readScene(scene, { eval: true }), config);
      let pairs = 0;
      let peak = 0;
      gpu.pool.memory.peak = gpu.memory.inUse;
      const start = { splats, activeDegree: degree };
      for await (const event of trainSplat(gpu, { config, ...shots, start })) {
        if (event.type === "step") pairs = Math.max(pairs, event.pairs);
        if (event.type === "finished") peak = event.peakMemory;
      }
      const planned = await rehearse(gpu, { config, shots: shots.train, gaussians: COUNT, pairs });
      const others = config.data_device === "cpu" ? 0 : (shots.train.length - 1) * planned.picture;
      const error = (planned.peak + others) / peak - 1;
      assert(Math.abs(error) < 0.002, `${peak} bytes, planned ${planned.peak}, ${others} besides`);
      const more = await rehearse(gpu, {
        config,
        shots: shots.train,
        gaussians: 2 * COUNT,
        pairs: 2e6,
      });
      assert(more.peak > 2e6 * 8 + planned.peak);
      assert(more.stays > 1.8 * (planned.stays - planned.picture));
      assertEquals(gpu.memory.inUse, 0, "nothing of a rehearsal is on the device");
    });
  });
}

gpuTest(
  "what grows needs no more than a rehearsal of the most, and leaves no old sizes",
  async (gpu) => {
    await withTinyScene(async (scene) => {
      const config = splatConfig({
        ...{ sh_degree: 3, iterations: 12, resolution: 1, percent_dense: 0.001 },
        ...{ densify_from_iter: 1, densification_interval: 2, densify_grad_threshold: 1e-7 },
      });
      const splats = splatsAt({
        positions: Float32Array.from(noise(41, 3 * 4000)),
        colours: new Uint8Array(3 * 4000).fill(127),
      }, 3);
      const shots = sceneShots(readScene(scene, { eval: true }), config);
      let [most, pairs, reserved] = [4000, 0, 0];
      gpu.pool.trim();
      gpu.pool.memory.peak = gpu.memory.inUse;
      const start = { splats, activeDegree: 3 };
      for await (const event of trainSplat(gpu, { config, ...shots, start })) {
        if (event.type === "step") pairs = Math.max(pairs, event.pairs);
        if (event.type !== "densified") continue;
        most = Math.max(most, event.gaussians);
        reserved = gpu.memory.reserved;
      }
      const { peak } = gpu.memory;
      assert(most > 12_000, `${most} Gaussians`);
      const planned = await rehearse(gpu, { config, shots: shots.train, gaussians: most, pairs });
      assert(peak < 1.05 * planned.peak, `${peak} bytes, planned ${planned.peak}`);
      assert(reserved < 1.2 * peak, `${reserved} bytes reserved, ${peak} at most in use`);
    });
  },
);
