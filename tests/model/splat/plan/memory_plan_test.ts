import { assert } from "@std/assert";
import { readScene } from "../../../../data/scenes/read_scene.ts";
import { splatsAt } from "../../../../data/scenes/points/start_points.ts";
import { SPLAT_DEFAULTS, type SplatConfig } from "../../../../model/splat/config.ts";
import { memoryPlan } from "../../../../model/splat/plan/memory_plan.ts";
import { sceneShots } from "../../../../model/splat/scene/scene_shots.ts";
import { trainSplat } from "../../../../model/splat/training/training.ts";
import { gpuTest, noise } from "../../../support.ts";
import { withTinyScene } from "../tiny_scene.ts";

gpuTest("memory plan: near the peak of a training", async (gpu) => {
  await withTinyScene(async (scene) => {
    const config: SplatConfig = { ...SPLAT_DEFAULTS, iterations: 4, resolution: 1, eval: true };
    const count = 40_000;
    const splats = splatsAt({
      positions: Float32Array.from(noise(41, 3 * count)),
      colours: new Uint8Array(3 * count).fill(127),
    }, 3);
    const shots = sceneShots(readScene(scene, { eval: true }), config);
    const before = gpu.memory.inUse;
    let pairs = 0;
    let peak = 0;
    for await (
      const event of trainSplat(gpu, { config, ...shots, start: { splats, activeDegree: 3 } })
    ) {
      if (event.type === "step") pairs = Math.max(pairs, event.pairs);
      if (event.type === "finished") peak = event.peakMemory - before;
    }
    const { total } = memoryPlan(gpu, {
      gaussians: count,
      degree: 3,
      pixels: 24 * 24,
      // Room for half as many again, as the budget has it.
      pairs: Math.max(1 << 17, 1.5 * pairs),
      pictures: 6 * 4 * 24 * 24,
      statistics: 8,
    });
    console.log(`  peak ${peak}, planned ${total}, ${pairs} pairs`);
    // Buffers are rounded up by a fifth at most.
    assert(peak > 0.8 * total && peak < 1.25 * total, `${peak} bytes, ${total} planned`);
  });
}, {});
