import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { readScene } from "../../../../data/scenes/read_scene.ts";
import { splatsAt } from "../../../../data/scenes/points/start_points.ts";
import type { Splats } from "../../../../data/splats/splats.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { SPLAT_DEFAULTS, type SplatConfig, splatConfig } from "../../../../model/splat/config.ts";
import { sceneShots } from "../../../../model/splat/scene/scene_shots.ts";
import type { StrategyKind } from "../../../../model/splat/strategies/strategy.ts";
import { STRATEGIES, type StrategyName } from "../../../../model/splat/strategies/table.ts";
import { trainSplat } from "../../../../model/splat/training/training.ts";
import { gpuTest, noise } from "../../../support.ts";
import { withTinyScene } from "../tiny_scene.ts";

const SET: Record<StrategyName, Partial<SplatConfig>> = {
  default: { opacity_lr: 0.025, densify_until_iter: 15_000, densify_grad_threshold: 0.0002 },
  absgrad: { opacity_lr: 0.025, densify_until_iter: 15_000, densify_grad_threshold: 0.0006 },
  mcmc: {
    opacity_lr: 0.05,
    densify_until_iter: 25_000,
    max_gaussians: 1_000_000,
    opacity_reg: 0.01,
    scale_reg: 0.01,
    noise_lr: 500_000,
  },
};

Deno.test("each strategy brings its defaults, what is given goes before them", () => {
  assertEquals(Object.keys(STRATEGIES), Object.keys(SET));
  for (const [name, set] of Object.entries(SET)) {
    const strategy = name as StrategyName;
    const { defaults } = STRATEGIES[strategy];
    assertEquals(splatConfig({ strategy }), { ...SPLAT_DEFAULTS, ...defaults, strategy });
    assertEquals({ ...splatConfig({ strategy }), ...set }, splatConfig({ strategy }));
    for (const key of Object.keys(defaults)) {
      const given = splatConfig({ strategy, [key]: 7 });
      assertEquals(given, { ...splatConfig({ strategy }), [key]: 7 });
    }
  }
  assertEquals(splatConfig(), SPLAT_DEFAULTS);
  assertThrows(
    () => splatConfig({ strategy: "toString" as StrategyName }),
    RangeError,
    'Cannot train: "strategy" is "toString", it must be one of "default", "absgrad", "mcmc"',
  );
});

Deno.test("MCMC starts from fainter and smaller Gaussians than the others", () => {
  const points = { positions: Float32Array.from(noise(1, 12)), colours: new Uint8Array(12) };
  const plain = splatsAt(points, 0);
  for (const [name, kind] of Object.entries(STRATEGIES) as [StrategyName, StrategyKind][]) {
    const splats = splatsAt(points, 0);
    kind.start?.(splats);
    if (name !== "mcmc") assertEquals(splats, plain);
    else {
      assertEquals([...splats.opacities], [0, 0, 0, 0]);
      for (const [i, value] of splats.logScales.entries()) {
        assertAlmostEquals(value, plain.logScales[i]! + Math.log(0.1), 1e-6);
      }
    }
  }
});

gpuTest("a strategy of one's own: its loss, its hooks in order, its memory", async (gpu) => {
  await withTinyScene(async (scene) => {
    const config = splatConfig({ iterations: 3, sh_degree: 0, resolution: 1, eval: true });
    const calls: string[] = [];
    const ran = async (kind?: StrategyKind) => {
      const splats: Splats = splatsAt(
        { positions: Float32Array.from(noise(11, 90)), colours: new Uint8Array(90) },
        0,
      );
      const shots = sceneShots(readScene(scene, { eval: true }), config);
      const events = trainSplat(gpu, {
        config,
        ...shots,
        start: { splats, activeDegree: 0 },
        ...kind && { strategy: kind },
      });
      const losses: number[] = [];
      for await (const event of events) {
        if (event.type === "step") losses.push(event.loss);
        if (event.type === "reset") calls.push(`told of ${event.iteration}`);
      }
      return losses;
    };
    const toy: StrategyKind = {
      summary: "stands still",
      defaults: {},
      make: ({ gaussians }) => ({
        watches: null,
        loss: () => Tensor.from(gpu, Float32Array.of(5), [1]),
        afterBackward: (iteration, { screen, loss }) => {
          assertEquals([screen, loss.size], [null, 1]);
          assert(gaussians.opacity.value.gradient);
          calls.push(`gradients ${iteration}`);
          return Promise.resolve({ events: [{ type: "reset", iteration }], replaced: [] });
        },
        afterStep: (iteration) => {
          assertEquals(gaussians.opacity.value.gradient, null);
          calls.push(`step ${iteration}`);
          return Promise.resolve([]);
        },
        release: () => calls.push("released"),
      }),
    };
    const before = gpu.memory.inUse;
    const usual = await ran();
    const own = await ran(toy);
    assertEquals(gpu.memory.inUse, before);
    for (const [i, loss] of own.entries()) assertAlmostEquals(loss, usual[i]! + 5, 1e-5);
    assertEquals(
      calls,
      [1, 2, 3].flatMap((i) => [`gradients ${i}`, `step ${i}`, `told of ${i}`]).concat("released"),
    );
  });
});
