import { assert, assertEquals } from "@std/assert";
import { readScene } from "../../../../data/scenes/read_scene.ts";
import { splatsAt } from "../../../../data/scenes/points/start_points.ts";
import type { Splats } from "../../../../data/splats/splats.ts";
import type { Gpu } from "../../../../gpu/device.ts";
import { SPLAT_DEFAULTS, type SplatConfig } from "../../../../model/splat/config.ts";
import { sceneShots } from "../../../../model/splat/scene/scene_shots.ts";
import { trainSplat } from "../../../../model/splat/training/training.ts";
import { gpuTest, noise, withGpu } from "../../../support.ts";
import { withTinyScene } from "../tiny_scene.ts";

const COUNT = 3000;
const CONFIG: SplatConfig = {
  ...SPLAT_DEFAULTS,
  iterations: 12,
  densify_from_iter: 3,
  densification_interval: 5,
  densify_grad_threshold: 0.0005,
  percent_dense: 0.02,
  resolution: 1,
  eval: true,
};

/** Trains with all harmonics in use; returns the Gaussians at the end. */
async function train(gpu: Gpu, scene: string, config: Partial<SplatConfig>): Promise<Splats> {
  const all = { ...CONFIG, ...config };
  const splats = splatsAt({
    positions: Float32Array.from(noise(31, 3 * COUNT)),
    colours: new Uint8Array(3 * COUNT).fill(127),
  }, 3);
  splats.shRest.set(noise(32, splats.shRest.length, -0.1, 0.1));
  let last: Splats | undefined;
  const events = trainSplat(gpu, {
    config: all,
    ...sceneShots(readScene(scene, { eval: true }), all),
    start: { splats, activeDegree: 3 },
    saveIterations: [12],
    keeper: {
      save: (_, after) => {
        last = after;
        return "";
      },
    },
  });
  for await (const event of events) assert(event.type !== "skipped");
  return last!;
}

for (const strategy of ["default", "mcmc"] as const) {
  gpuTest(`splat training beyond one binding gives the same bits, ${strategy}`, async (gpu) => {
    await withTinyScene(async (scene) => {
      const config = { strategy, ...strategy === "mcmc" && { max_gaussians: 3400 } };
      const whole = await train(gpu, scene, config);
      assert(whole.count > COUNT, `${whole.count} Gaussians`);
      // 180 bytes of harmonics a Gaussian, gradients and moments alike, in three windows.
      await withGpu(async (gpu) => assertEquals(await train(gpu, scene, config), whole), {
        tuning: { mostBound: 250_000 },
      });
    });
  });
}
