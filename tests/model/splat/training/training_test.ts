import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { readScene } from "../../../../data/scenes/read_scene.ts";
import { splatsAt } from "../../../../data/scenes/points/start_points.ts";
import type { Gpu } from "../../../../gpu/device.ts";
import { SPLAT_DEFAULTS, type SplatConfig } from "../../../../model/splat/config.ts";
import { sceneShots } from "../../../../model/splat/scene/scene_shots.ts";
import {
  checkpointStart,
  readSplatCheckpoint,
} from "../../../../model/splat/training/splat_checkpoint.ts";
import type { SplatEvent } from "../../../../model/splat/training/train_events.ts";
import { trainSplat } from "../../../../model/splat/training/training.ts";
import type { SplatTrainOptions } from "../../../../model/splat/training/splat_training.ts";
import type { Splats } from "../../../../data/splats/splats.ts";
import { gpuTest, noise } from "../../../support.ts";
import { withTinyScene } from "../tiny_scene.ts";

const SHORT: SplatConfig = {
  ...SPLAT_DEFAULTS,
  sh_degree: 1,
  iterations: 40,
  position_lr_max_steps: 40,
  densify_from_iter: 4,
  densification_interval: 8,
  opacity_reset_interval: 22,
  densify_until_iter: 36,
  densify_grad_threshold: 0.001,
  percent_dense: 0.09,
  resolution: 1,
  eval: true,
};

function points(count: number) {
  return {
    positions: Float32Array.from(noise(11, 3 * count)),
    colours: new Uint8Array(3 * count).fill(127),
  };
}

interface Ran {
  events: SplatEvent[];
  losses: number[];
  last: Splats;
}

async function run(
  gpu: Gpu,
  scene: string,
  { config, ...more }: Omit<Partial<SplatTrainOptions>, "config"> & {
    config?: Partial<SplatConfig>;
  } = {},
): Promise<Ran> {
  const all = { ...SHORT, ...config };
  const events: SplatEvent[] = [];
  let last: Splats | undefined;
  const shots = sceneShots(readScene(scene, { eval: true }), all);
  const options: SplatTrainOptions = {
    config: all,
    ...shots,
    start: { splats: splatsAt(points(200), 1), activeDegree: 0 },
    saveIterations: [all.iterations],
    ...more,
    keeper: {
      save: (_, splats) => {
        last = splats;
        return "";
      },
      ...more.keeper,
    },
  };
  for await (const event of trainSplat(gpu, options)) events.push(event);
  const losses = events.flatMap((event) => event.type === "step" ? [event.loss] : []);
  return { events, losses, last: last! };
}

gpuTest("training lowers the loss, densifies, resets and tells of all of it", async (gpu) => {
  await withTinyScene(async (scene) => {
    const { events, losses, last } = await run(gpu, scene, { testIterations: [1, 40] });
    assertEquals(losses.length, 40);
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    assert(mean(losses.slice(-6)) < 0.6 * mean(losses.slice(0, 6)), losses.join());
    const at = (type: SplatEvent["type"]) =>
      events.flatMap((event) =>
        event.type === type && "iteration" in event ? [event.iteration] : []
      );
    assertEquals(at("densified"), [8, 16, 24, 32]);
    assertEquals(at("reset"), [22]);
    assertEquals(at("evaluated"), [1, 1, 40, 40]);
    assertEquals(at("finished"), [40]);
    const densified = events.flatMap((event) => event.type === "densified" ? [event] : []);
    let count = 200;
    for (const { cloned, split, faint, large, gaussians } of densified) {
      count += cloned + split - faint - large;
      assertEquals(gaussians, count);
    }
    assert(densified.some(({ cloned }) => cloned > 0) && densified.some(({ split }) => split > 0));
    assertEquals(last.count, count);
    assert(last.positions.every(Number.isFinite));
  });
});

gpuTest("a run that stops and resumes gives the same bits", async (gpu) => {
  await withTinyScene(async (scene, path) => {
    const config = { random_background: true };
    const file = path("chkpnt19.safetensors");
    const whole = await run(gpu, scene, {
      config,
      checkpointIterations: [19],
      folder: path("."),
    });
    const again = await run(gpu, scene, { config });
    assertEquals(again.losses, whole.losses);
    const { checkpoint } = readSplatCheckpoint(file);
    gpu.random.counter = 777; // whatever happened in between
    const rest = await run(gpu, scene, {
      config,
      start: checkpointStart(checkpoint),
      checkpoint,
    });
    assertEquals(rest.losses, whole.losses.slice(19));
    assertEquals(rest.last, again.last);
  });
});

gpuTest("training refuses what it cannot be done with", async (gpu) => {
  await withTinyScene(async (scene) => {
    await assertRejects(
      () => run(gpu, scene, { viewOrder: ["r_0", "r_1"] }),
      RangeError,
      "the order of views has 2",
    );
    await assertRejects(
      () => run(gpu, scene, { viewOrder: new Array(40).fill("nobody") }),
      RangeError,
      'view "nobody"',
    );
    await assertRejects(
      () => run(gpu, scene, { config: { sh_degree: 4 } }),
      RangeError,
      '"sh_degree" is 4',
    );
    await assertRejects(
      () => run(gpu, scene, { start: { splats: splatsAt(points(0), 1), activeDegree: 0 } }),
      RangeError,
      "there are none",
    );
  });
});

gpuTest("no more Gaussians than allowed, and options that change the step", async (gpu) => {
  await withTinyScene(async (scene) => {
    const capped = await run(gpu, scene, { config: { max_gaussians: 230 } });
    for (const event of capped.events) {
      if (event.type === "densified") assert(event.gaussians <= 230, `${event.gaussians}`);
    }
    assert(capped.last.count > 200);
    const usual = capped.losses;
    for (
      const config of [
        { optimizer_type: "sparse_adam" },
        { antialiasing: true },
        { gradients: "exact" },
        { strategy: "absgrad" },
        { white_background: true },
        { alpha: "mask" },
        { train_test_exp: true },
        { lambda_dssim: 0 },
      ] as const
    ) {
      const other = await run(gpu, scene, { config: { ...config, iterations: 12 } });
      assert(other.losses.every(Number.isFinite), JSON.stringify(config));
      // Exact derivatives differ from the reference's only where a Gaussian leaves the picture.
      if (!("gradients" in config) && !("strategy" in config)) {
        assert(other.losses.at(-1) !== usual[11], JSON.stringify(config));
      }
    }
  });
});

gpuTest(
  "moments of 8 bits: it trains alike, saving changes nothing, and it resumes to the same bits",
  async (gpu) => {
    await withTinyScene(async (scene, path) => {
      const config = { compact: true, iterations: 26 } as const;
      const file = path("chkpnt17.safetensors");
      const saved = { checkpointIterations: [17], folder: path(".") };
      const whole = await run(gpu, scene, { config, ...saved });
      const unsaved = await run(gpu, scene, { config });
      assertEquals(unsaved.losses, whole.losses);
      const usual = await run(gpu, scene, { config: { iterations: 26 } });
      assertNotEquals(whole.losses, usual.losses);
      const mean = (losses: number[]) =>
        losses.slice(-10).reduce((sum, loss) => sum + loss / 10, 0);
      assert(Math.abs(mean(whole.losses) / mean(usual.losses) - 1) < 0.05);
      const { checkpoint } = readSplatCheckpoint(file);
      const again = await run(gpu, scene, {
        config,
        start: checkpointStart(checkpoint),
        checkpoint,
      });
      assertEquals(again.losses, whole.losses.slice(17));
      assertEquals(again.last, whole.last);
      for (
        const other of [
          { optimizer_type: "sparse_adam" },
          { shard_gaussians: true },
        ] as const
      ) {
        await assertRejects(
          () => run(gpu, scene, { config: { ...config, ...other } }),
          RangeError,
          '"compact" keeps moments in blocks',
        );
      }
    });
  },
);

for (const compact of [false, true]) {
  const how = compact ? ", its moments in 8 bits" : "";
  gpuTest(
    `MCMC moves the dead, grows to its limit, and resumes to the same bits${how}`,
    (gpu) => mcmc(gpu, compact),
  );
}

async function mcmc(gpu: Gpu, compact: boolean): Promise<void> {
  await withTinyScene(async (scene, path) => {
    const config = { strategy: "mcmc", max_gaussians: 215, iterations: 30, compact } as const;
    const splats = splatsAt(points(200), 1);
    splats.opacities.fill(-8, 0, 50);
    const file = path("chkpnt17.safetensors");
    const whole = await run(gpu, scene, {
      config,
      start: { splats, activeDegree: 0 },
      checkpointIterations: [17],
      folder: path("."),
    });
    const relocated = whole.events.flatMap((event) => event.type === "relocated" ? [event] : []);
    assertEquals(
      relocated.map(({ iteration, added, gaussians }) => [iteration, added, gaussians]),
      [
        [8, 10, 210],
        [16, 5, 215],
        [24, 0, 215],
      ],
    );
    assert(relocated[0]!.moved >= 40, `${relocated[0]!.moved} moved`);
    assert(whole.losses.at(-1)! < 0.8 * whole.losses[0]!, whole.losses.join());
    const { checkpoint } = readSplatCheckpoint(file);
    const rest = await run(gpu, scene, {
      config,
      start: checkpointStart(checkpoint),
      checkpoint,
    });
    assertEquals(rest.losses, whole.losses.slice(17));
  });
}

gpuTest("one camera, and Gaussians that none sees, train without harm", async (gpu) => {
  await withTinyScene(async (scene) => {
    const shots = sceneShots(readScene(scene, { eval: true }), SHORT);
    const one = await run(gpu, scene, { train: shots.train.slice(0, 1), extent: 0 });
    assert(one.losses.every(Number.isFinite));
    const far = points(20);
    far.positions.forEach((_, i) => far.positions[i]! += 1e4);
    const start = { splats: splatsAt(far, 1), activeDegree: 0 };
    const unseen = await run(gpu, scene, { start, config: { densify_until_iter: 0 } });
    assert(unseen.losses.every((loss) => loss > 0 && Number.isFinite(loss)));
    assertEquals(unseen.last.positions, far.positions);
    // They are huge as well, so the first densification after a reset would leave none.
    await assertRejects(
      () => run(gpu, scene, { start }),
      RangeError,
      "would drop all 20 Gaussians",
    );
  });
});

gpuTest("a checkpoint of something else is refused", () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(join(folder, "x.safetensors"), "not a checkpoint");
    let message = "";
    try {
      readSplatCheckpoint(join(folder, "x.safetensors"));
    } catch (error) {
      message = (error as Error).message;
    }
    assert(message.startsWith("Cannot read"), message);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
