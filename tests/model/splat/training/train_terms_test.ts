import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { decodePng, encodePng } from "../../../../data/pictures/png/png.ts";
import { readScene } from "../../../../data/scenes/read_scene.ts";
import { splatsAt } from "../../../../data/scenes/points/start_points.ts";
import type { Splats } from "../../../../data/splats/splats.ts";
import type { Gpu } from "../../../../gpu/device.ts";
import { SPLAT_DEFAULTS, type SplatConfig } from "../../../../model/splat/config.ts";
import type { CurveRow } from "../../../../model/splat/training/train_events.ts";
import type { SavedAppearance } from "../../../../model/splat/appearance/appearance.ts";
import { sceneShots } from "../../../../model/splat/scene/scene_shots.ts";
import type { Shot } from "../../../../model/splat/scene/shot.ts";
import type { SplatEvent } from "../../../../model/splat/training/train_events.ts";
import { trainSplat } from "../../../../model/splat/training/training.ts";
import type { SplatTrainOptions } from "../../../../model/splat/training/splat_training.ts";
import { gpuTest, noise } from "../../../support.ts";
import { withTinyScene } from "../tiny_scene.ts";

const POINTS = {
  positions: Float32Array.from(noise(11, 300)),
  colours: new Uint8Array(300).fill(127),
};

interface Ran {
  readonly rows: CurveRow[];
  readonly evaluated: SplatEvent[];
  readonly splats: Splats;
  readonly appearance: SavedAppearance;
}

async function run(
  gpu: Gpu,
  shots: { train: readonly Shot[]; test: readonly Shot[] },
  { config, ...more }: Omit<Partial<SplatTrainOptions>, "config"> & {
    config?: Partial<SplatConfig>;
  } = {},
): Promise<Ran> {
  const all = { ...SPLAT_DEFAULTS, sh_degree: 0, iterations: 8, densify_until_iter: 0, ...config };
  const rows: CurveRow[] = [];
  const evaluated: SplatEvent[] = [];
  let last: Pick<Ran, "splats" | "appearance"> | undefined;
  const events = trainSplat(gpu, {
    config: all,
    ...shots,
    extent: 3,
    start: { splats: splatsAt(POINTS, 0), activeDegree: 0 },
    saveIterations: [all.iterations],
    keeper: {
      save: (_, splats, { appearance }) => {
        last = { splats, appearance };
        return "";
      },
    },
    ...more,
  });
  for await (const event of events) {
    if (event.type === "step") rows.push(event);
    if (event.type === "evaluated") evaluated.push(event);
  }
  return { rows, evaluated, ...last! };
}

gpuTest("inverse depth adds its weighted mean difference to the loss", async (gpu) => {
  await withTinyScene(async (scene) => {
    Deno.mkdirSync(join(scene, "depths"));
    const value = 300;
    const data = new Uint16Array(24 * 24).fill(value);
    for (let i = 0; i < 6; i++) {
      const png = encodePng({ width: 24, height: 24, data, channels: 1 });
      Deno.writeFileSync(join(scene, `depths/r_${i}.png`), png);
    }
    const shots = (depths: string) =>
      sceneShots(readScene(scene, { eval: true, depths }), { resolution: 1 });
    // Nobody in sight: the picture's inverse depth is 0, its difference from the prior the prior.
    const splats = splatsAt(POINTS, 0);
    splats.positions.forEach((_, i) => splats.positions[i]! += 1e4);
    const start = { splats, activeDegree: 0 };
    const without = await run(gpu, shots(""), { start });
    const depths = await run(gpu, shots("depths"), { start });
    depths.rows.forEach(({ iteration, loss }, i) => {
      const weight = 0.01 ** (iteration / 8);
      assertAlmostEquals(loss - without.rows[i]!.loss, weight * value / 512, 1e-6);
    });
    // With Gaussians in sight it moves them.
    const moved = await run(gpu, shots("depths"));
    assertNotEquals(moved.splats.positions, (await run(gpu, shots(""))).splats.positions);
    const untrusted = shots("depths").train.map((shot) => ({ ...shot, inverseDepth: undefined }));
    const none = await run(gpu, { ...shots("depths"), train: untrusted });
    assertEquals(none.rows, (await run(gpu, shots(""))).rows);
  });
});

gpuTest("correlation of inverse depths does not see the prior's scale and shift", async (gpu) => {
  await withTinyScene(async (scene) => {
    const { train, test } = sceneShots(readScene(scene, { eval: true }), { resolution: 1 });
    const prior = Float32Array.from(noise(5, 24 * 24, 0.1, 1));
    const ran = async (
      change: (value: number) => number,
      depth_loss: SplatConfig["depth_loss"],
    ) => {
      const inverseDepth = () => prior.map(change);
      const { rows } = await run(gpu, {
        train: train.map((shot) => ({ ...shot, inverseDepth })),
        test,
      }, { config: { depth_loss, iterations: 3 } });
      return rows.map(({ loss }) => loss);
    };
    const [plain, changed] = [(value: number) => value, (value: number) => 5 * value + 2];
    const losses = await ran(plain, "pearson");
    for (const [i, loss] of (await ran(changed, "pearson")).entries()) {
      assertAlmostEquals(loss, losses[i]!, 1e-4);
    }
    assertNotEquals(await ran(plain, "l1"), await ran(changed, "l1"));
    // Pairs that are drawn are the same, and so is their order.
    const ordered = await ran(plain, "ordinal");
    assertEquals(await ran((value) => 5 * value, "ordinal"), ordered);
    assertNotEquals(await ran((value) => -value, "ordinal"), ordered);
    // A correlation of 0 costs 1, times the weight.
    assert(losses[0]! > 0.5, `${losses}`);
  });
});

gpuTest("a held-out view is trained on by its left half only", async (gpu) => {
  await withTinyScene(async (scene) => {
    const { train, test } = sceneShots(readScene(scene, { eval: true }), { resolution: 1 });
    const half = { ...train[0]!, test: true };
    // What lies in the right half alone, or beside it, gets no gradient.
    const config = { train_test_exp: true, iterations: 3, lambda_dssim: 0 } as const;
    const left = await run(gpu, { train: [half], test }, { config });
    const whole = await run(gpu, { train: [train[0]!], test }, { config });
    const start = splatsAt(POINTS, 0);
    const moved = ({ splats }: Ran) =>
      splats.opacities.reduce((sum, value, i) => sum + Number(value !== start.opacities[i]), 0);
    assert(moved(left) > 10 && moved(left) < 0.9 * moved(whole), `${moved(left)} ${moved(whole)}`);
    const { name, arrays } = left.appearance;
    assertEquals(name, "exposure");
    assertNotEquals([...arrays.exposures!.data], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]);
  });
});

gpuTest(
  "pictures that stay on the GPU and that are uploaded each time give the same bits",
  async (gpu) => {
    await withTinyScene(async (scene) => {
      const shots = sceneShots(readScene(scene, { eval: true }), { resolution: 1, budget: 1 });
      const kept = await run(gpu, shots);
      const sent = await run(gpu, shots, { config: { data_device: "cpu" } });
      assertEquals(sent.rows, kept.rows);
      assertEquals(sent.splats, kept.splats);
    });
  },
);

gpuTest("the background wanders by its noise, the picture's with it", async (gpu) => {
  await withTinyScene(async (scene) => {
    const shots = sceneShots(readScene(scene, { eval: true }), { resolution: 1 });
    const losses = async (config: Partial<SplatConfig>) =>
      (await run(gpu, shots, { config: { iterations: 3, ...config } })).rows.map(({ loss }) =>
        loss
      );
    const wandering = await losses({ background_noise: 0.1 });
    assertEquals(await losses({ background_noise: 0.1 }), wandering);
    assertNotEquals(await losses({}), wandering);
    assertNotEquals(await losses({ background_noise: 0.1, white_background: true }), wandering);
  });
});

gpuTest("backgrounds and noise of splits are those that are given", async (gpu) => {
  await withTinyScene(async (scene) => {
    const shots = sceneShots(readScene(scene, { eval: true }), { resolution: 1 });
    const given = await run(gpu, shots, {
      config: { random_background: true },
      backgrounds: new Array(8).fill([1, 1, 1]),
    });
    const white = await run(gpu, shots, { config: { white_background: true } });
    assertEquals(given.rows, white.rows);
    const config = {
      iterations: 6,
      densify_from_iter: 1,
      densification_interval: 4,
      densify_until_iter: 6,
      densify_grad_threshold: 1e-6,
      percent_dense: 1e-6,
    } as const;
    const drawn = await run(gpu, shots, { config });
    const centred = await run(gpu, shots, { config, splitNoise: [new Float32Array(600)] });
    const parents = drawn.splats.count / 2;
    // The last iteration takes no step and the fourth none, so there is one more step to take off.
    const distance = ({ splats: { positions } }: Ran) => {
      let sum = 0;
      for (let i = 0; i < 3 * parents; i++) {
        sum += Math.abs(positions[i]! - positions[i + 3 * parents]!);
      }
      return sum / parents;
    };
    assert(distance(centred) < 0.01 && distance(drawn) > 0.1, `${distance(centred)}`);
  });
});

gpuTest("weights of the mean opacity and scale lower both", async (gpu) => {
  await withTinyScene(async (scene) => {
    const shots = sceneShots(readScene(scene, { eval: true }), { resolution: 1 });
    const sum = (column: Float32Array) => column.reduce((a, b) => a + b, 0);
    const plain = await run(gpu, shots);
    const opacity = await run(gpu, shots, { config: { opacity_reg: 10 } });
    const scale = await run(gpu, shots, { config: { scale_reg: 10 } });
    assert(sum(opacity.splats.opacities) < sum(plain.splats.opacities) - 1);
    assert(sum(scale.splats.logScales) < sum(plain.splats.logScales) - 1);
    const mean = 10 / (1 + Math.exp(2.1972246));
    assertAlmostEquals(opacity.rows[0]!.loss - plain.rows[0]!.loss, mean, 1e-5);
  });
});

gpuTest("what masks are dark at counts in no loss, no gradient and no figure", async (gpu) => {
  await withTinyScene(async (scene) => {
    // The left third of each picture is masked, and is of one colour in one run and of another in the next.
    const [size, masked] = [24, 8];
    const isMasked = (i: number) => i % size < masked;
    const paint = (colour: number) => {
      for (const set of ["train", "test"]) {
        for (const { name } of [...Deno.readDirSync(join(scene, set))]) {
          const file = join(scene, set, name);
          const { data } = decodePng(Deno.readFileSync(file));
          const pixels = data.map((value, i) => isMasked(Math.floor(i / 4)) ? colour : value);
          const png = { width: size, height: size, channels: 4, data: pixels as Uint8Array };
          Deno.writeFileSync(file, encodePng(png));
          const mask = Uint8Array.from({ length: size * size }, (_, i) => isMasked(i) ? 0 : 255);
          Deno.mkdirSync(join(scene, "masks", set), { recursive: true });
          Deno.writeFileSync(
            join(scene, "masks", set, `${name}.png`),
            encodePng({ width: size, height: size, channels: 1, data: mask }),
          );
        }
      }
    };
    const train = async (masks: "use" | "ignore" | "inverted") => {
      const shots = sceneShots(readScene(scene, { eval: true, masks }), { resolution: 1 });
      return await run(gpu, shots, { config: { iterations: 4 }, testIterations: [4] });
    };
    const all: Record<string, Awaited<ReturnType<typeof train>>[]> = {};
    for (const colour of [0, 250]) {
      paint(colour);
      for (const masks of ["use", "ignore", "inverted"] as const) {
        (all[masks] ??= []).push(await train(masks));
      }
    }
    const [black, light] = all.use!;
    assertEquals(light!.rows, black!.rows);
    assertEquals(light!.splats, black!.splats);
    assertEquals(light!.evaluated, black!.evaluated);
    assertEquals(black!.evaluated.length, 2);
    for (const other of ["ignore", "inverted"]) {
      const [one, two] = all[other]!;
      assertNotEquals(two!.rows, one!.rows);
      assertNotEquals(two!.evaluated, one!.evaluated);
    }
  });
});
