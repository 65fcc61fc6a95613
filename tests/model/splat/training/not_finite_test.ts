import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { type SplatConfig, splatConfig } from "../../../../model/splat/config.ts";
import { trainScene } from "../../../../model/splat/training/train_scene.ts";
import { gpuTest } from "../../../support.ts";
import { withTinyScene } from "../tiny_scene.ts";

/** Rates under which each group of parameters ends in numbers that are not finite. */
const BREAKING: Readonly<Record<string, Partial<SplatConfig>>> = {
  featuresDc: { feature_lr: 1e38 },
  xyz: { position_lr_init: 1e38, position_lr_final: 1e38 },
  rotation: { rotation_lr: 1e38 },
  opacity: { opacity_lr: 1e38 },
  scaling: { scaling_lr: 1e38 },
};

for (const [group, rates] of Object.entries(BREAKING)) {
  gpuTest(
    `a training whose ${group} is not finite ends, names it and saves none of it`,
    (gpu) =>
      withTinyScene(async (scene, path) => {
        const model = path("m");
        const config = splatConfig({
          ...{ source_path: scene, model_path: model, random_points: 60, iterations: 120 },
          ...{ sh_degree: 1, ...rates },
        });
        const options = { testIterations: [], saveIterations: [120], checkpointIterations: [1] };
        const train = () => Array.fromAsync(trainScene(gpu, { config, ...options, logEvery: 10 }));
        const error = await assertRejects(train, RangeError, "are not finite");
        assertStringIncludes(error.message, `values of "${group}"`);
        const names = [...Deno.readDirSync(model)].map(({ name }) => name);
        assertEquals(names.filter((name) => /point_cloud|tmp|lock/.test(name)), []);
        const { resumedAt, finished } = JSON.parse(Deno.readTextFileSync(join(model, "run.json")));
        assertEquals([resumedAt, finished], [0, undefined]);
      }),
  );
}
