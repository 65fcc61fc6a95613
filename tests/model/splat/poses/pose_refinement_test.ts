import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { readScene } from "../../../../data/scenes/read_scene.ts";
import { splatsAt } from "../../../../data/scenes/points/start_points.ts";
import { cameraCentre, type SceneView, viewCamera } from "../../../../data/scenes/scene_view.ts";
import type { Gpu } from "../../../../gpu/device.ts";
import { type SplatConfig, splatConfig } from "../../../../model/splat/config.ts";
import { drawPicture } from "../../../../model/splat/draw.ts";
import { Gaussians } from "../../../../model/splat/gaussians.ts";
import {
  atSavedPoses,
  type SavedPoses,
  writePoses,
} from "../../../../model/splat/poses/saved_poses.ts";
import { sceneShots } from "../../../../model/splat/scene/scene_shots.ts";
import type { Shot } from "../../../../model/splat/scene/shot.ts";
import {
  checkpointStart,
  readSplatCheckpoint,
} from "../../../../model/splat/training/splat_checkpoint.ts";
import { trainSplat } from "../../../../model/splat/training/training.ts";
import type { SplatTrainOptions } from "../../../../model/splat/training/splat_training.ts";
import { gpuTest, noise } from "../../../support.ts";
import { withTinyScene } from "../tiny_scene.ts";

const START = splatsAt({
  positions: Float32Array.from(noise(21, 360, -0.6, 0.6)),
  colours: Uint8Array.from(noise(22, 360, 0, 255)),
}, 0);
START.logScales.fill(Math.log(0.12));
START.opacities.fill(2);

/** Still Gaussians, so that only the poses can make up for what is wrong with them. */
const STILL: Partial<SplatConfig> = {
  sh_degree: 0,
  iterations: 90,
  densify_until_iter: 0,
  position_lr_init: 0,
  position_lr_final: 0,
  feature_lr: 0,
  opacity_lr: 0,
  scaling_lr: 0,
  rotation_lr: 0,
  lambda_dssim: 0,
  refine_poses: true,
  pose_lr: 4e-3,
};

/** A view moved by a hundredth of the extent and turned by about a degree. */
function disturbed(view: SceneView, i: number): SceneView {
  const [a, b, c] = noise(40 + i, 3, -0.018, 0.018) as unknown as [number, number, number];
  const [sine, cosine] = [Math.sin(b), Math.cos(b)];
  const turn = [[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]];
  const rotation = turn.flatMap((row) =>
    [0, 1, 2].map((column) =>
      row.reduce((sum, value, k) => sum + value * view.rotation[3 * k + column]!, 0)
    )
  );
  return { ...view, rotation, translation: view.translation.map((v, k) => v + [a, -c, b][k]!) };
}

/** Shots from disturbed poses; their pictures are those of the Gaussians at the true ones. */
async function shotsOf(gpu: Gpu, scene: string): Promise<Shot[]> {
  const read = readScene(scene, { eval: true });
  const train = sceneShots(read, { resolution: 1 }).train.slice(0, 3);
  const gaussians = new Gaussians(gpu, START);
  const pictures: Uint8Array[] = [];
  for (const { camera } of train) {
    using _scope = gpu.scope();
    const planes = await (await drawPicture(gaussians, camera, {})).read("f32");
    const pixels = camera.width * camera.height;
    pictures.push(
      Uint8Array.from(
        { length: 4 * pixels },
        (_, i) => i % 4 === 3 ? 255 : Math.round(255 * planes[(i % 4) * pixels + (i >> 2)]!),
      ),
    );
  }
  gaussians.release();
  return train.map((shot, i) => {
    const view = disturbed(read.train[i]!, i);
    const { width, height } = shot.camera;
    return {
      ...shot,
      camera: viewCamera(view, [width, height]),
      pixels: () => ({ width, height, channels: 4, data: pictures[i]! }),
    };
  });
}

async function run(
  gpu: Gpu,
  train: readonly Shot[],
  more: Partial<SplatTrainOptions> = {},
): Promise<{ losses: number[]; poses: SavedPoses }> {
  const config = splatConfig(STILL);
  const losses: number[] = [];
  let poses: SavedPoses | null = null;
  for await (
    const event of trainSplat(gpu, {
      config,
      train,
      test: [],
      extent: 3,
      start: { splats: START, activeDegree: 0 },
      saveIterations: [config.iterations],
      keeper: { save: (_, __, learned) => (poses = learned.poses, "") },
      ...more,
    })
  ) if (event.type === "step") losses.push(event.loss);
  return { losses, poses: poses! };
}

gpuTest(
  "poses that are off are found again, resumed with the same bits and read back",
  async (gpu) => {
    await withTinyScene(async (scene, path) => {
      const shots = await shotsOf(gpu, scene);
      const { losses, poses } = await run(gpu, shots, {
        checkpointIterations: [50],
        folder: path("."),
      });
      // A step aside and a turn look alike from afar: pictures say whether poses are right.
      const mean = (values: number[]) =>
        values.reduce((sum, value) => sum + value / values.length, 0);
      const [before, after] = [mean(losses.slice(0, 3)), mean(losses.slice(-6))];
      assert(after < 0.3 * before, `${after}, ${before} before`);

      const { checkpoint } = readSplatCheckpoint(path("chkpnt50.safetensors"));
      const rest = await run(gpu, shots, { start: checkpointStart(checkpoint), checkpoint });
      assertEquals(rest.losses, losses.slice(50));
      assertEquals(rest.poses, poses);

      writePoses(path("."), poses);
      const given = readScene(scene, { eval: true });
      const learned = atSavedPoses(given, path("."));
      learned.train.slice(0, shots.length).forEach((view, i) => {
        const { after } = poses[view.name]!;
        cameraCentre(view).forEach((value, k) =>
          assertAlmostEquals(value, after[4 * k + 3]!, 1e-5)
        );
        assertAlmostEquals(view.rotation[1]!, after[4]!, 1e-6, `${i}`);
      });
      assertEquals(learned.test, given.test);
      const file = JSON.parse(Deno.readTextFileSync(path("poses.json")));
      const { turned, moved } = file[given.train[0]!.name];
      assert(turned > 0.05 && turned < 4 && moved > 0.001, `${turned} degrees, ${moved}`);
      Deno.writeTextFileSync(
        path("poses.json"),
        JSON.stringify({ [given.train[0]!.name]: { after: [1] } }),
      );
      assertThrows(() => atSavedPoses(given, path(".")), SyntaxError, "not 16 numbers");
      Deno.removeSync(join(path("."), "poses.json"));
      assertEquals(atSavedPoses(given, path(".")), given);
    });
  },
);

gpuTest(
  "held-out views are measured from their poses, and from where they are found to be",
  async (gpu) => {
    await withTinyScene(async (scene) => {
      const shots = (await shotsOf(gpu, scene)).slice(1, 2);
      const psnr: Record<string, number> = {};
      const config = splatConfig({ ...STILL, iterations: 1 });
      const start = { splats: START, activeDegree: 0 };
      for await (
        const event of trainSplat(gpu, {
          config,
          train: shots,
          test: shots,
          extent: 3,
          start,
          testIterations: [1],
        })
      ) if (event.type === "evaluated") psnr[event.set] = event.metrics.mean.psnr;
      assertEquals(Object.keys(psnr), ["test", "test_posed", "train"]);
      assert(psnr.test_posed! > psnr.test! + 6, JSON.stringify(psnr));
      // What was found is forgotten: views trained on are where their own poses have them.
      assertAlmostEquals(psnr.train!, psnr.test!, 1e-9);
    });
  },
);
