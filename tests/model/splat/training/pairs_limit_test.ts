import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { splatConfig } from "../../../../model/splat/config.ts";
import { readSplatCheckpoint } from "../../../../model/splat/training/splat_checkpoint.ts";
import { trainScene } from "../../../../model/splat/training/train_scene.ts";
import type { SceneEvent } from "../../../../model/splat/training/train_events.ts";
import { gpuTest } from "../../../support.ts";
import { writeTinyScene } from "../tiny_scene.ts";

// A picture of 96 x 96 fits, and 30 000 pairs.
const MOST_BOUND = 120_000;

gpuTest(
  "a training that outgrows the room for pairs saves what it has and says what helps",
  async (gpu) => {
    const folder = Deno.makeTempDirSync();
    try {
      const [scene, model] = [join(folder, "scene"), join(folder, "m")];
      writeTinyScene(scene, { size: 96 });
      const config = splatConfig({
        ...{ source_path: scene, model_path: model, random_points: 1000, sh_degree: 0 },
        // Gaussians that grow until each lies in every tile.
        ...{ iterations: 200, scaling_lr: 0.2, scale_reg: -1, densify_until_iter: 0 },
      });
      const events: SceneEvent[] = [];
      const train = async () => {
        const options = { testIterations: [], saveIterations: [], checkpointIterations: [] };
        for await (const event of trainScene(gpu, { config, ...options, logEvery: 1 })) {
          events.push(event);
        }
      };
      const error = await assertRejects(train, RangeError, "Cannot train past iteration");
      const told =
        /iteration (\d+): view "train\/(r_\d)" had (\d+) pairs .* at iteration (\d+), this adapter lists 30000/
          .exec(error.message);
      assert(told, error.message);
      const [done, , pairs, at] = told!.slice(1).map(Number) as [number, number, number, number];
      assert(pairs > 30_000 && at <= done && done < 200, error.message);
      const { hint } = error as Error & { hint: string };
      for (const part of ["-r 2", "--max-gaussians", `iteration ${done} is saved`]) {
        assertStringIncludes(hint, part);
      }
      assert(events.some((event) => event.type === "skipped" && event.pairs === pairs));
      assertEquals(readSplatCheckpoint(model).checkpoint.state.step, done);
      assert(Deno.statSync(join(model, `point_cloud/iteration_${done}/point_cloud.ply`)).size > 0);
      const rows = Deno.readTextFileSync(join(model, "metrics.jsonl")).trim().split("\n");
      assert(JSON.parse(rows.at(-1)!).iteration >= at - 10);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
  { tuning: { mostBound: MOST_BOUND } },
);
