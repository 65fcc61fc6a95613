import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { readScene } from "../../../../data/scenes/read_scene.ts";
import { splatsAt } from "../../../../data/scenes/start_points.ts";
import { SPLAT_DEFAULTS, type SplatConfig } from "../../../../model/splat/config.ts";
import {
  describePlan,
  memoryPlan,
  mostGaussians,
} from "../../../../model/splat/training/memory_plan.ts";
import { sceneShots } from "../../../../model/splat/scene/scene_shots.ts";
import { trainSplat } from "../../../../model/splat/training/training.ts";
import { gpuTest, noise } from "../../../support.ts";
import { withTinyScene } from "../tiny_scene.ts";

const LIMITS = (gpu: { limits: Parameters<typeof mostGaussians>[0] }, bytes: number) => ({
  ...gpu.limits,
  maxStorageBufferBindingSize: bytes,
  maxBufferSize: 2 ** 31 - 1,
});

gpuTest("memory plan: what a training takes, and what an adapter cannot hold", (gpu) => {
  const small = LIMITS(gpu, 2 ** 27);
  assertEquals(mostGaussians(small, 3), 2 ** 23);
  // Harmonics in one buffer of 2 GiB are the limit then.
  assert(mostGaussians(LIMITS(gpu, 2 ** 31 - 4), 3) > 10_000_000);
  const plan = memoryPlan({ gaussians: 1e6, degree: 3, pixels: 0, pairs: 0, pictures: 0 });
  assertEquals([plan.parameters, plan.moments, plan.gradients], [236e6, 472e6, 236e6]);
  const sizes = { degree: 3, pixels: 100, pictures: 400, start: 1000 } as const;
  assertMatch(describePlan(small, { ...sizes, limit: 2000 }), /1088 bytes a Gaussian.*for 2000/);
  assertThrows(
    () => describePlan(small, { ...sizes, limit: 9_000_000 }),
    RangeError,
    "Cannot train 9000000 Gaussians of degree 3: this adapter holds 8388608",
  );
});

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
    const { total } = memoryPlan({
      gaussians: count,
      degree: 3,
      pixels: 24 * 24,
      // Room for half as many again, as the budget has it.
      pairs: Math.max(1 << 17, 1.5 * pairs),
      pictures: 6 * 4 * 24 * 24,
    });
    console.log(`  peak ${peak}, planned ${total}, ${pairs} pairs`);
    // Buffers are rounded up by a fifth at most.
    assert(peak > 0.8 * total && peak < 1.25 * total, `${peak} bytes, ${total} planned`);
  });
}, {});
