import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { splatsAt } from "../../../../data/scenes/points/start_points.ts";
import { readScene } from "../../../../data/scenes/read_scene.ts";
import type { Gpu } from "../../../../gpu/device.ts";
import type { SavedAppearance } from "../../../../model/splat/appearance/appearance.ts";
import {
  readAppearance,
  writeAppearance,
} from "../../../../model/splat/appearance/appearance_file.ts";
import { appearanceRemarks } from "../../../../model/splat/appearance/appearance_remarks.ts";
import { SavedLooks } from "../../../../model/splat/appearance/saved_looks.ts";
import { type AppearanceName, APPEARANCES } from "../../../../model/splat/appearance/table.ts";
import { checkConfig, type SplatConfig, splatConfig } from "../../../../model/splat/config.ts";
import { type SceneShots, sceneShots } from "../../../../model/splat/scene/scene_shots.ts";
import type { Shot } from "../../../../model/splat/scene/shot.ts";
import {
  checkpointStart,
  readSplatCheckpoint,
} from "../../../../model/splat/training/splat_checkpoint.ts";
import type { SplatEvent } from "../../../../model/splat/training/train_events.ts";
import { trainSplat } from "../../../../model/splat/training/training.ts";
import { SplatTraining } from "../../../../model/splat/training/splat_training.ts";
import type { SplatTrainOptions } from "../../../../model/splat/training/splat_training.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import { gpuTest, noise } from "../../../support.ts";
import { withTinyScene } from "../tiny_scene.ts";

const START = splatsAt({
  positions: Float32Array.from(noise(11, 300)),
  colours: new Uint8Array(300).fill(127),
}, 0);

/** Photos of one camera, each exposed by another half stop, over black so that nothing else differs. */
function exposedShots(scene: string): SceneShots {
  const shots = sceneShots(readScene(scene, { eval: true }), { resolution: 1 });
  const exposed = (shot: Shot, i: number): Shot => ({
    ...shot,
    pixels: async () => {
      const { data, ...picture } = await shot.pixels();
      const gain = 2 ** [-0.5, 0, 0.5][i % 3]!;
      return {
        ...picture,
        data: data.map((value, at) =>
          at % 4 === 3
            ? 255
            : Math.min(255, Math.round(gain * value * data[4 * (at >> 2) + 3]! / 300))
        ),
      };
    },
  });
  return { ...shots, train: shots.train.map(exposed) };
}

interface Ran {
  readonly events: SplatEvent[];
  readonly losses: number[];
  readonly l1: number;
  readonly saved: SavedAppearance;
}

async function run(
  gpu: Gpu,
  shots: SceneShots,
  given: Partial<SplatConfig>,
  more: Partial<SplatTrainOptions> = {},
): Promise<Ran> {
  const config = splatConfig({ sh_degree: 0, iterations: 24, densify_until_iter: 0, ...given });
  const events: SplatEvent[] = [];
  let saved: SavedAppearance | undefined;
  for await (
    const event of trainSplat(gpu, {
      config,
      ...shots,
      start: { splats: START, activeDegree: 0 },
      saveIterations: [config.iterations],
      testIterations: [config.iterations],
      keeper: { save: (_, __, { appearance }) => (saved = appearance, "") },
      ...more,
    })
  ) events.push(event);
  const rows = events.flatMap((event) => event.type === "step" ? [event] : []);
  const last = rows.slice(-6);
  return {
    events,
    losses: rows.map(({ loss }) => loss),
    l1: last.reduce((sum, { l1 }) => sum + l1 / last.length, 0),
    saved: saved!,
  };
}

const CASES: { readonly given: Partial<SplatConfig>; readonly learned: readonly string[] }[] = [
  { given: { appearance: "exposure" }, learned: ["exposures"] },
  {
    given: { appearance: "ppisp" },
    learned: ["exposure", "vignetting", "colour", "response"].map((name) => `appearance.${name}`),
  },
  { given: { appearance: "bilateral" }, learned: ["appearance.grids"] },
  {
    given: { appearance: "ppisp", ppisp_controller: true },
    learned: ["appearance.exposure", "appearance.controllers.0.color_head.bias"],
  },
];

for (const { given, learned } of CASES) {
  const name = Object.values(given).join(", controller ");
  gpuTest(`appearance ${name}: resumed with the same bits, saved and applied`, async (gpu) => {
    await withTinyScene(async (scene, path) => {
      const shots = exposedShots(scene);
      const at = given.ppisp_controller ? 21 : 13;
      const file = path(`chkpnt${at}.safetensors`);
      const whole = await run(gpu, shots, given, { checkpointIterations: [at], folder: path(".") });
      for (const key of learned) assert(whole.saved.arrays[key], key);
      const { checkpoint } = readSplatCheckpoint(file);
      gpu.random.counter = 777;
      const rest = await run(gpu, shots, given, { start: checkpointStart(checkpoint), checkpoint });
      assertEquals(rest.losses, whole.losses.slice(at));
      assertEquals(rest.saved, whole.saved);

      // Held-out views are measured with their colours corrected too.
      for (const event of whole.events) {
        if (event.type !== "evaluated") continue;
        const { mean } = event.metrics;
        assert(Number.isFinite(mean.ccPsnr) && Number.isFinite(mean.ccSsim), JSON.stringify(mean));
      }

      writeAppearance(path("."), whole.saved);
      assertEquals(readAppearance(path("."))!.saved.arrays, whole.saved.arrays);
      const config = splatConfig();
      using _scope = gpu.scope();
      const grey = Tensor.from(gpu, new Float32Array(3 * 24 * 24).fill(0.4), [3, 24, 24]);
      const looks = new SavedLooks(gpu, path("."), { config });
      const [dark, , bright] = shots.train;
      const mean = async (shot: Shot, from = looks) => {
        const values = await (from.of(shot)?.(grey) ?? grey).read("f32");
        return values.reduce((sum, value) => sum + value, 0) / values.length;
      };
      const [low, high] = [await mean(dark!), await mean(bright!)];
      assert(low < high, `${low}, ${high}`);
      const like = new SavedLooks(gpu, path("."), { config, like: dark!.name });
      assertAlmostEquals(await mean(bright!, like), low, 1e-6);
      looks.release();
      like.release();
      assertThrows(
        () => new SavedLooks(gpu, path("."), { config, like: "nobody" }),
        RangeError,
        'is called "nobody"',
      );
    });
  });
}

gpuTest("what exposures differ by is learned, not blamed on the scene", async (gpu) => {
  await withTinyScene(async (scene) => {
    const shots = exposedShots(scene);
    const of = async (appearance: AppearanceName) => {
      const { l1 } = await run(gpu, shots, {
        appearance,
        iterations: 90,
        lambda_dssim: 0,
        exposure_lr_final: 0.01,
      });
      return l1;
    };
    const none = await of("none");
    for (const name of ["exposure", "ppisp"] as const) {
      const l1 = await of(name);
      assert(l1 < 0.96 * none, `${name}: ${l1}, ${none} without`);
    }
  });
});

gpuTest(
  "a view that is held out has no look and no pose of another that has its name",
  async (gpu) => {
    await withTinyScene(async (scene, path) => {
      const shots = exposedShots(scene);
      const [held, trained] = [shots.test[0]!, shots.train[0]!];
      assertEquals(held.name, trained.name);
      const { saved } = await run(gpu, shots, { appearance: "exposure" });
      const of = (config: Partial<SplatConfig>) =>
        new SplatTraining(gpu, {
          config: splatConfig({ appearance: "exposure", refine_poses: true, ...config }),
          ...shots,
          start: { splats: START, activeDegree: 0 },
        });
      const training = of({});
      using _scope = gpu.scope();
      assertEquals(training.lookOf(held), null);
      assertEquals(training.cameraOf(held), held.camera);
      assert(training.lookOf(trained) && training.cameraOf(trained).pose);
      training.release();
      writeAppearance(path("."), saved);
      const looks = new SavedLooks(gpu, path("."), { config: splatConfig() });
      assertEquals(looks.of(held), null);
      assert(looks.of(trained));
      looks.release();
      const halves = new SavedLooks(gpu, path("."), {
        config: splatConfig({ train_test_exp: true }),
      });
      assert(halves.of(held));
      halves.release();
    });
  },
);

gpuTest("the reference's exposures are applied whatever camera took a picture", async (gpu) => {
  const folder = Deno.makeTempDirSync();
  try {
    const half = [[0.5, 0, 0, 0], [0, 0.5, 0, 0], [0, 0, 0.5, 0]];
    Deno.writeTextFileSync(`${folder}/exposure.json`, JSON.stringify({ a: half }));
    const looks = new SavedLooks(gpu, folder, { config: splatConfig() });
    using _scope = gpu.scope();
    const white = Tensor.from(gpu, new Float32Array(12).fill(1), [3, 2, 2]);
    for (const device of [0, 3]) {
      const look = looks.of({ name: "a", device } as Shot)!;
      assertEquals([...await look(white).read("f32")], new Array(12).fill(0.5));
    }
    assertEquals(looks.of({ name: "b" } as Shot), null);
    looks.release();
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

gpuTest("while a controller learns, the Gaussians and the tables rest", async (gpu) => {
  await withTinyScene(async (scene) => {
    const shots = exposedShots(scene);
    const saved: Record<number, { positions: Float32Array; appearance: SavedAppearance }> = {};
    await run(gpu, shots, { appearance: "ppisp", ppisp_controller: true }, {
      // Saved before the step is taken: 20 is the first of the controller's own.
      saveIterations: [20, 21, 24],
      keeper: {
        save: (iteration, { positions }, { appearance }) => {
          saved[iteration] = { positions, appearance };
          return "";
        },
      },
    });
    const [first, last] = [saved[20]!, saved[24]!];
    assertEquals(last.positions, first.positions);
    const moved = (name: string) =>
      last.appearance.arrays[name]!.data.toString() !==
        first.appearance.arrays[name]!.data.toString();
    assertEquals(moved("appearance.exposure"), false);
    assertEquals(moved("appearance.controllers.0.exposure_head.bias"), true);
  });
});

Deno.test("settings of appearances that make no sense are refused", () => {
  const refused = (given: Record<string, unknown>, text: string) =>
    assertThrows(
      () => checkConfig({ ...splatConfig(), ...given } as SplatConfig),
      RangeError,
      text,
    );
  refused({ appearance: "grid" }, '"none", "exposure", "ppisp", "bilateral"');
  refused({ ppisp_controller: true }, 'it must be "ppisp"');
});

Deno.test("remarks on appearances tell of merged cameras, held-out views and backgrounds", () => {
  const shot = (name: string) => ({ name }) as Shot;
  const shots = {
    train: [shot("a")],
    test: [{ ...shot("a"), test: true }],
    cameras: { count: 1, calibrated: 3 },
  };
  const of = (given: Partial<SplatConfig>) =>
    appearanceRemarks(splatConfig(given), shots).join("\n");
  assertEquals(of({}), "");
  const ppisp = of({ appearance: "ppisp", white_background: true });
  for (const part of ["3 calibrated cameras count as 1", "1 held-out views", "background too"]) {
    assert(ppisp.includes(part), ppisp);
  }
  assert(!of({ appearance: "bilateral" }).includes("calibrated"));
  for (const kind of Object.values(APPEARANCES)) assert(!kind?.summary.endsWith("."));
});
