import { assert, assertEquals, assertRejects } from "@std/assert";
import { readScene } from "../../../../data/scenes/read_scene.ts";
import { splatConfig } from "../../../../model/splat/config.ts";
import { Gaussians } from "../../../../model/splat/gaussians.ts";
import { checkStart } from "../../../../model/splat/plan/check_start.ts";
import { fullestView } from "../../../../model/splat/plan/fullest_view.ts";
import { drawShot } from "../../../../model/splat/measures/evaluation.ts";
import { ShotPixels } from "../../../../model/splat/scene/shot.ts";
import { sceneShots } from "../../../../model/splat/scene/scene_shots.ts";
import {
  given,
  scenePoints,
  type StartSource,
} from "../../../../model/splat/training/start_source.ts";
import { gpuTest } from "../../../support.ts";
import { withTinyScene, writeTinyScene } from "../tiny_scene.ts";

const POINTS = 30_000;
const CONFIG = splatConfig({
  random_points: POINTS,
  sh_degree: 0,
  resolution: 1,
  eval: true,
});
const BUDGETS = { gpu: 2 ** 30, host: 2 ** 30 };

/** The source of a scene, that must not be made. */
function unmade(source: StartSource): StartSource {
  return {
    ...source,
    make: () => {
      throw new Error("the search for neighbours was begun");
    },
  };
}

gpuTest("pairs estimated from a sample are those of all, within some hundredths", async (gpu) => {
  await withTinyScene(async (folder) => {
    const scene = readScene(folder, { eval: true });
    const shots = sceneShots(scene, CONFIG).train;
    const source = scenePoints(scene, CONFIG);
    assertEquals([source.count, source.degree], [POINTS, 0]);
    const options = { config: CONFIG, shots, budgets: BUDGETS, room: null };
    const sizes = await checkStart(gpu, unmade(source), options);
    const { splats } = source.make();
    const gaussians = new Gaussians(gpu, splats);
    const counted = await fullestView(gaussians, shots, { config: CONFIG, most: 32 });
    gaussians.release();
    assertEquals(counted.views, shots.length);
    const error = sizes.pairs / counted.pairs - 1;
    assert(Math.abs(error) < 0.1, `${sizes.pairs} estimated, ${counted.pairs} counted`);
    assertEquals(
      [sizes.start, sizes.pictures, sizes.decoded],
      [POINTS, 6 * 4 * 576, 6 * 4 * 576],
    );
    // Those of a file are sampled alike.
    const again = await checkStart(gpu, unmade(given({ splats, activeDegree: 0 })), options);
    assertEquals(again.pairs, sizes.pairs);
  });
});

gpuTest("what does not fit is refused before the start is made", async (gpu) => {
  await withTinyScene(async (folder) => {
    const scene = readScene(folder, { eval: true });
    const shots = sceneShots(scene, CONFIG).train;
    const source = unmade(scenePoints(scene, CONFIG));
    const check = (more: Partial<Parameters<typeof checkStart>[2]>) =>
      checkStart(gpu, source, { config: CONFIG, shots, budgets: BUDGETS, room: null, ...more });
    const most = Math.floor(gpu.tuning.mostBound / 16);
    await assertRejects(
      () => check({ config: { ...CONFIG, max_gaussians: most + 1 } }),
      RangeError,
      `Cannot train ${most + 1} Gaussians`,
    );
    const limit = { bytes: 2 ** 20, source: "the test has" };
    await assertRejects(
      () => check({ room: { gpu: limit, host: null, shared: false } }),
      RangeError,
      "the test has 1.0 MiB",
    );
    // Gaussians as large as the scene: each in all four tiles.
    const huge = given({ splats: source.some(POINTS), activeDegree: 0 });
    huge.make().splats.logScales.fill(3);
    const { pairs } = await checkStart(gpu, huge, {
      config: CONFIG,
      shots,
      budgets: BUDGETS,
      room: null,
    });
    assert(pairs > 3.9 * huge.count, `${pairs}`);
  });
});

gpuTest("too many pairs are refused by view before the start is made", async (gpu) => {
  const folder = Deno.makeTempDirSync();
  try {
    writeTinyScene(folder, { size: 40 }); // nine tiles
    const scene = readScene(folder, { eval: true });
    const splats = scenePoints(scene, { ...CONFIG, random_points: 20_000 }).some(20_000);
    splats.logScales.fill(3);
    await assertRejects(
      () =>
        checkStart(gpu, unmade(given({ splats, activeDegree: 0 })), {
          config: CONFIG,
          shots: sceneShots(scene, CONFIG).train,
          budgets: BUDGETS,
          room: null,
        }),
      RangeError,
      'Cannot train on view "r_',
    );
    const gaussians = new Gaussians(gpu, splats);
    const pixels = new ShotPixels(gpu, 0);
    const [shot] = sceneShots(scene, CONFIG).test;
    await assertRejects(
      () => drawShot(gaussians, shot!, { config: CONFIG, pixels }),
      RangeError,
      'Cannot draw view "r_0": 20000 Gaussians make ',
    );
    gaussians.release();
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}, { tuning: { mostBound: 400_000 } });
